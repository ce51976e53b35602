package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.hours.Timetable;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.InstallationVolume;
import io.homecloud.backup.source.PeoplesHomes;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.verify.Proofs;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.host.path.RelativePath;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which plans may be wished for. */
final class PlanAdmission implements Admission<PlanSpec, PlanStatus> {
  private static final int MOST_SOURCES = 100;
  private static final int MOST_PATTERNS = 200;
  private static final int LONGEST_PATTERN = 1000;

  private final ResourceStore store;
  private final PlanHome home;
  private final PeoplesHomes homes;

  PlanAdmission(ResourceStore store, PlanHome home, PeoplesHomes homes) {
    this.store = store;
    this.home = home;
    this.homes = homes;
  }

  @Override
  public Admitted<PlanSpec> create(Name name, PlanSpec spec) {
    PlanSpec checked = checked(spec);
    requireOwnChain(name, checked);
    requireOccasion(checked);
    return new Admitted<>(checked, home.of(checked), null);
  }

  @Override
  public PlanSpec change(Resource<PlanSpec, PlanStatus> before, PlanSpec wished) {
    PlanSpec checked = checked(wished);
    requireOwnChain(before.name(), checked);
    // One that came so from a pool can still be changed otherwise.
    if (!waitsForNothing(before.spec())) {
      requireOccasion(checked);
    }
    if (!checked.sources().equals(before.spec().sources())
        && !home.of(checked).equals(before.node())) {
      throw BackupProblem.SOURCES_REFUSED.because(
          "A plan stays on its node, which is " + before.node() + "; make another plan for those.");
    }
    return checked;
  }

  private PlanSpec checked(PlanSpec spec) {
    PlanSpec placed =
        spec.sources() == null
            ? spec
            : spec.with(spec.sources().stream().map(this::placed).toList());
    check(placed);
    return placed.with(
        placed.sources().stream()
            .map(source -> source.copiesInstallation() ? Source.ofInstallation() : source)
            .toList());
  }

  /** What cannot be placed is refused by {@link #check(Source)}. */
  private @Nullable Source placed(@Nullable Source source) {
    return source == null || source.copiesInstallation() || source.home() == null
        ? source
        : homes.placed(source, source.home());
  }

  void check(PlanSpec spec) {
    if (spec.repository() == null || spec.sources() == null || spec.sources().isEmpty()) {
      throw CommonProblem.BODY_INVALID.because(
          "spec.repository and at least one of spec.sources are needed.");
    }
    if (spec.sources().size() > MOST_SOURCES) {
      throw BackupProblem.SOURCES_REFUSED.because("A plan has up to 100 sources.");
    }
    spec.sources().forEach(PlanAdmission::check);
    refuseOverlaps(spec.sources());
    if (store.find(BackupKinds.REPOSITORY, spec.repository()).isEmpty()) {
      throw BackupProblem.REPOSITORY_NOT_FOUND.because(
          "There is no repository called " + spec.repository() + ".");
    }
    Timetable.check(spec.window(), spec.bandwidth());
    if (spec.hooks() != null) {
      spec.hooks().check();
    }
    try {
      var _ = PlanTimes.of(spec, new UUID(0, 0));
      Proofs.check(spec, new UUID(0, 0));
    } catch (IllegalArgumentException e) {
      throw BackupProblem.VALUE_INVALID.because(String.valueOf(e.getMessage()));
    }
  }

  /** The copies of duplicity build on each other, so they are of one plan. */
  private void requireOwnChain(Name name, PlanSpec spec) {
    boolean chains =
        store
            .find(BackupKinds.REPOSITORY, spec.repository())
            .filter(one -> one.spec().engine() == RepositorySpec.Engine.duplicity)
            .isPresent();
    store.all(BackupKinds.PLAN, ResourceStore.Selection.ALL).stream()
        .filter(other -> chains && !other.name().equals(name) && !other.deleting())
        .filter(other -> other.spec().repository().equals(spec.repository()))
        .findFirst()
        .ifPresent(other -> {
          throw BackupProblem.REPOSITORY_IN_USE.because(
              "Plan "
                  + other.name()
                  + " copies to it, and a repository of duplicity has the copies of one plan; make another one beside it.");
        });
  }

  private void requireOccasion(PlanSpec spec) {
    if (waitsForNothing(spec)) {
      throw BackupProblem.VALUE_INVALID.because(
          "With onAttach a run begins when a drive of a set is plugged in, and repository "
              + spec.repository()
              + " is no set of drives, so none would ever begin; give the plan a schedule too, or a repository at drive:UUID/directory.");
    }
  }

  /** It begins when a drive comes, and none can come. */
  private boolean waitsForNothing(PlanSpec spec) {
    return spec.onAttach()
        && spec.schedule() == null
        && store
            .find(BackupKinds.REPOSITORY, spec.repository())
            .filter(one -> !DriveUrl.is(one.spec().url()))
            .isPresent();
  }

  private static void check(@Nullable Source source) {
    if (source != null && source.copiesInstallation()) {
      checkInstallation(source);
      return;
    }
    if (source == null || source.volume() == null) {
      throw CommonProblem.BODY_INVALID.because(
          "Each of spec.sources names a volume, or an account as home.");
    }
    if (source.volume().equals(Source.DUMPS)) {
      throw BackupProblem.SOURCES_REFUSED.because(
          "A copy has the dumps of databases under the name " + Source.DUMPS + ".");
    }
    if (InstallationVolume.is(source.volume())) {
      throw BackupProblem.SOURCES_REFUSED.because(
          "The installation itself is a source as {\"installation\": true}.");
    }
    RelativePath _ = EncodedPath.parse(source.encodedPath());
    for (List<String> patterns : List.of(source.included(), source.excluded())) {
      if (patterns.size() > MOST_PATTERNS || !patterns.stream().allMatch(PlanAdmission::usable)) {
        throw BackupProblem.SOURCES_REFUSED.because(
            "include and exclude are up to 200 patterns of rsync of 1 to 1000 characters each; none of them is '!' or begins with '+ ' or '- '.");
      }
    }
  }

  private static void checkInstallation(Source source) {
    boolean more =
        !source.encodedPath().isEmpty()
            || !source.included().isEmpty()
            || !source.excluded().isEmpty()
            || source.home() != null
            || (source.volume() != null && !InstallationVolume.is(source.volume()));
    if (more) {
      throw BackupProblem.SOURCES_REFUSED.because(
          "A source with installation has nothing else: it is copied as a whole.");
    }
  }

  /** To rsync the others are rules of another kind. */
  private static boolean usable(String pattern) {
    return pattern != null
        && !pattern.isEmpty()
        && pattern.length() <= LONGEST_PATTERN
        && pattern.indexOf('\0') < 0
        && !pattern.equals("!")
        && !pattern.startsWith("+ ")
        && !pattern.startsWith("- ");
  }

  private static void refuseOverlaps(List<Source> sources) {
    for (int i = 0; i < sources.size(); i++) {
      for (int k = i + 1; k < sources.size(); k++) {
        Source one = sources.get(i);
        Source other = sources.get(k);
        if (Objects.equals(one.volume(), other.volume()) && overlap(one, other)) {
          throw BackupProblem.SOURCES_REFUSED.because(
              "Two sources of volume "
                  + one.volume()
                  + " are one inside the other; the larger one is enough.");
        }
      }
    }
  }

  private static boolean overlap(Source one, Source other) {
    RelativePath path = EncodedPath.parse(one.encodedPath());
    RelativePath second = EncodedPath.parse(other.encodedPath());
    return path.contains(second) || second.contains(path);
  }
}
