package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.Engines;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which repositories may be wished for. */
final class RepositoryAdmission implements Admission<RepositorySpec, RepositoryStatus> {
  private static final int LONGEST_DISPLAY_NAME = 200;
  private static final int MOST_DAYS = 366;

  private final ResourceStore store;
  private final Engines engines;
  private final String here;
  private final Nodes nodes;
  private final boolean secretsFollow;

  /**
   * @param secretsFollow whether secrets are brought here for the sake of what refers to them, from
   *     a cluster that has them
   */
  RepositoryAdmission(
      ResourceStore store, Engines engines, String here, Nodes nodes, boolean secretsFollow) {
    this.secretsFollow = secretsFollow;
    this.store = store;
    this.engines = engines;
    this.here = here;
    this.nodes = nodes;
  }

  @Override
  public Admitted<RepositorySpec> create(Name name, RepositorySpec spec) {
    checked(spec);
    engines.of(spec.engine()).ifPresent(engine -> engine.checkUse(spec));
    requireNode(spec);
    String node = spec.node() == null ? here : spec.node();
    if (!nodes.known(node)) {
      throw BackupProblem.VALUE_INVALID.because(
          "There is no node called %s; this one is called %s.".formatted(node, here));
    }
    requireFree(name, node, spec);
    return new Admitted<>(spec.on(node), node, null);
  }

  private void requireFree(Name name, String node, RepositorySpec spec) {
    store.all(BackupKinds.REPOSITORY, Selection.on(node)).stream()
        .filter(other -> !other.name().equals(name) && overlap(other.spec(), spec))
        .findFirst()
        .ifPresent(other -> {
          throw BackupProblem.URL_TAKEN.because(
              "Repository " + other.name() + " is at " + other.spec().url() + " already.");
        });
  }

  /** Whoever is asked would have it on its own disk otherwise, and who that is nobody chose. */
  private void requireNode(RepositorySpec spec) {
    boolean disk =
        DriveUrl.is(spec.url())
            || engines.of(spec.engine()).flatMap(engine -> engine.directory(spec)).isPresent();
    if (disk && spec.node() == null && !nodes.alone()) {
      throw BackupProblem.VALUE_INVALID.because(
          "There are several nodes; spec.node says on whose disk the repository is.");
    }
  }

  private boolean overlap(RepositorySpec one, RepositorySpec other) {
    Optional<Path> place = engines.of(one.engine()).flatMap(engine -> engine.directory(one));
    Optional<Path> second = engines.of(other.engine()).flatMap(engine -> engine.directory(other));
    boolean drives =
        DriveUrl.is(one.url())
            && DriveUrl.is(other.url())
            && DriveUrl.parse(one.url()).overlaps(DriveUrl.parse(other.url()));
    return drives
        || place(one).equals(place(other))
        || (place.isPresent()
            && second.isPresent()
            && (place.get().startsWith(second.get()) || second.get().startsWith(place.get())));
  }

  private String place(RepositorySpec spec) {
    return engines.of(spec.engine()).map(engine -> engine.place(spec)).orElse(spec.url());
  }

  void checked(RepositorySpec spec) {
    if (spec.engine() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.engine is missing: rsync.");
    }
    requireDisplayable(spec.displayName());
    Integer days = spec.swapAfter();
    if (days != null && (days < 1 || days > MOST_DAYS || !DriveUrl.is(spec.url()))) {
      throw BackupProblem.VALUE_INVALID.because("swapAfter is 1 to 366 days, of a set of drives.");
    }
    Engine engine =
        engines
            .of(spec.engine())
            .orElseThrow(() ->
                BackupProblem.ENGINE_NOT_AVAILABLE.because(
                    "The engine " + spec.engine() + " is not available yet; there is rsync."));
    engine.check(spec);
    if (!secretsFollow) {
      engine.checkSecrets(spec);
    }
  }

  private static void requireDisplayable(@Nullable String name) {
    if (name != null
        && (name.isBlank()
            || name.length() > LONGEST_DISPLAY_NAME
            || name.chars().anyMatch(Character::isISOControl))) {
      throw BackupProblem.VALUE_INVALID.because("displayName is 1 to 200 printable characters.");
    }
  }

  @Override
  public RepositorySpec change(
      Resource<RepositorySpec, RepositoryStatus> before, RepositorySpec wished) {
    checked(wished);
    boolean sameUrl = wished.url().equals(before.spec().url());
    if (wished.engine() != before.spec().engine()
        || !(sameUrl || isSameSet(wished.url(), before.spec().url()))) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "Engine and URL stay, but for the drives of a set; a repository that has moved is attached"
              + " under another name.");
    }
    if (!sameUrl) {
      requireFree(before.name(), before.node(), wished);
    }
    if (mode(wished) != mode(before.spec())) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "How copies are encrypted stays; make another repository instead.");
    }
    boolean sameUse =
        Objects.equals(wished.secretRef(), before.spec().secretRef())
            && Objects.equals(wished.hostKey(), before.spec().hostKey());
    if (!sameUse) {
      engines.of(wished.engine()).ifPresent(engine -> engine.checkUse(wished));
    }
    String node = before.node();
    if (wished.node() != null
        && !wished.node().equals(node)
        && !wished.node().equals(before.spec().node())) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "It is of node " + node + "; one that has moved is attached there under another name.");
    }
    // One that is here because its own node is not known yet still says which that is.
    return wished.node() == null ? wished.on(node) : wished;
  }

  /** Of which a drive is exchanged, or added: each of them has copies of its own. */
  private static boolean isSameSet(String wished, String before) {
    return DriveUrl.is(wished)
        && DriveUrl.is(before)
        && DriveUrl.parse(wished).directory().equals(DriveUrl.parse(before).directory());
  }

  private static Encryption.@Nullable Mode mode(RepositorySpec spec) {
    return spec.encryption() == null ? null : spec.encryption().mode();
  }

  @Override
  public void delete(Resource<RepositorySpec, RepositoryStatus> repository) {
    List<String> plans =
        store.all(BackupKinds.PLAN, Selection.ALL).stream()
            .filter(plan -> plan.spec().repository().equals(repository.name()))
            .map(plan -> plan.name().value())
            .toList();
    if (!plans.isEmpty()) {
      throw BackupProblem.REPOSITORY_IN_USE
          .because(
              "Plans copy to it: " + String.join(", ", plans) + "; delete or change them first.")
          .with("plans", plans);
    }
  }
}
