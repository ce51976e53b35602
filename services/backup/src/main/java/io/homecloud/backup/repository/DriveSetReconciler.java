package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.drive.AttachedDrives.Drive;
import io.homecloud.backup.drive.DriveCopy;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.ask.Away;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows what each drive of a set has: it is looked at when it comes and when it was written to, and
 * is let go again at once. A drive that nothing is wanted of is not woken.
 */
final class DriveSetReconciler {
  private static final String SAFE = "SafeToRemove";
  private static final String USABLE = "DrivesUsable";
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration HELD = Duration.ofSeconds(5);
  private static final Duration UNTOLD = Duration.ofMinutes(1);

  private final ControlPlane plane;
  private final Drives drives;
  private final FoundRuns runs;
  private final InstallationId installation;
  private final Clock clock;

  /** What each repository saw of each of its drives last: others may be on the same drive. */
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** What is on its way into the rows of repositories. */
  private final Map<UUID, List<DriveStatus>> unwritten = new ConcurrentHashMap<>();

  /**
   * A drive at a time.
   *
   * @param sequence another text each time that it comes
   * @param changes another number each time that its copies have become others
   */
  private record Seen(String sequence, int changes) {}

  DriveSetReconciler(
      ControlPlane plane, Drives drives, FoundRuns runs, InstallationId installation) {
    this.plane = plane;
    this.drives = drives;
    this.runs = runs;
    this.installation = installation;
    this.clock = plane.clock();
  }

  /** What one look at a set found. */
  private static final class Look {
    final List<DriveStatus> drives = new ArrayList<>();
    @Nullable UUID identity;
    @Nullable String sharing;

    /** Whether what was read before has not come into the row. */
    boolean again;
  }

  Outcome<RepositoryStatus> reconcile(
      Resource<RepositorySpec, RepositoryStatus> repository, DriveSet set) {
    RepositoryStatus before = repository.status();
    Map<String, Drive> attached;
    try {
      attached = drives.attached();
    } catch (Away e) {
      return not(repository, "StorageAway", "Storage does not answer, so no drive is seen.");
    }
    Look look = new Look();
    look.identity = before == null ? null : before.identity();
    look.sharing = before == null ? null : before.sharing();
    if (look.identity == null) {
      look.identity = brought(repository, set, attached);
    }
    List<DriveStatus> read = unwritten.remove(repository.uid());
    look.again = read != null && !read.equals(known(repository));
    for (DriveStatus drive : known(repository)) {
      look.drives.add(seen(repository, set, drive, attached, look));
    }
    runs.forgetOthers(repository.name(), look.drives.stream().map(DriveStatus::uuid).toList());
    // As its status was written before, they know of it now.
    wakePlans(repository);
    RepositoryStatus now =
        status(repository, look.identity, look.sharing, look.drives, told(repository, look));
    // What was formatted just now comes without an event.
    boolean never = look.identity == null && look.drives.stream().noneMatch(DriveStatus::present);
    boolean changed = !look.drives.equals(known(repository));
    if (changed) {
      unwritten.put(repository.uid(), look.drives);
    }
    if (never || look.drives.stream().anyMatch(drive -> drive.problem() != null)) {
      return new Outcome.Retry<>(now);
    }
    if (changed) {
      return new Outcome.LookAgain<>(now, List.of(), SOON);
    }
    // When one that was in use is let go we are woken; what others do with it nobody tells.
    if (look.drives.stream().anyMatch(drive -> isHeld(drive) && !drives.isTold(drive.uuid()))) {
      return new Outcome.LookAgain<>(now, List.of(), HELD);
    }
    // What is told may be lost; nor does anybody tell of a drive that is formatted when it is here.
    return look.drives.stream()
            .anyMatch(drive -> isHeld(drive) || (!drive.present() && drive.runs() == null))
        ? new Outcome.LookAgain<>(now, List.of(), UNTOLD)
        : new Outcome.Settled<>(now, List.of());
  }

  /** It cannot be used now; what is known of its drives stays so. */
  Outcome<RepositoryStatus> not(
      Resource<RepositorySpec, RepositoryStatus> repository, String reason, String sentence) {
    RepositoryStatus before = repository.status();
    return new Outcome.Retry<>(
        status(
            repository,
            before == null ? null : before.identity(),
            before == null ? null : before.sharing(),
            known(repository),
            conditions(repository).kept().notReady(reason, sentence)));
  }

  /** Of a repository that one of the drives had before; what is empty joins that. */
  private @Nullable UUID brought(
      Resource<RepositorySpec, RepositoryStatus> repository,
      DriveSet set,
      Map<String, Drive> attached) {
    for (DriveStatus drive : known(repository)) {
      if (attached.containsKey(drive.uuid())
          && set.open(repository, drive.uuid()) instanceof Opened.Here(Copies copies)) {
        return copies.identity();
      }
    }
    return null;
  }

  private static boolean isHeld(DriveStatus drive) {
    return drive.present() && !drive.safeToRemove();
  }

  /** All of the set, as they were. */
  private static List<DriveStatus> known(Resource<RepositorySpec, RepositoryStatus> repository) {
    List<DriveStatus> before =
        repository.status() == null || repository.status().drives() == null
            ? List.of()
            : repository.status().drives();
    return DriveUrl.parse(repository.spec().url()).drives().stream()
        .map(uuid ->
            before.stream()
                .filter(drive -> drive.uuid().equals(uuid))
                .findFirst()
                .orElseGet(() -> DriveStatus.unknown(uuid)))
        .toList();
  }

  private DriveStatus seen(
      Resource<RepositorySpec, RepositoryStatus> repository,
      DriveSet set,
      DriveStatus before,
      Map<String, Drive> attached,
      Look look) {
    Drive drive = attached.get(before.uuid());
    if (drive == null) {
      boolean _ = drives.release(before.uuid());
      return before.away();
    }
    String key = repository.uid() + " " + before.uuid();
    Seen now = new Seen(drives.sequence(drive), drives.changes(before.uuid()));
    Seen last = seen.get(key);
    // Also when it was away for less than it took to look.
    boolean fresh = !before.present() || (last != null && !last.sequence().equals(now.sequence()));
    boolean wanted =
        now.changes() != (last == null ? 0 : last.changes())
            || fresh
            || look.again
            || before.runs() == null
            || before.problem() != null;
    DriveStatus found = wanted ? read(repository, set, before, look) : before;
    if (!found.present()) {
      return found;
    }
    seen.put(key, now);
    // One that goes changes too, before storage knows that it went; nothing can be done with it.
    boolean came =
        found.problem() == null
            && (fresh || before.problem() != null || before.attachedAt() == null);
    boolean free = drives.release(before.uuid()) && unused(before.uuid(), drive);
    return new DriveStatus(
        before.uuid(),
        drive.label().isBlank() ? null : drive.label(),
        true,
        came ? clock.instant().truncatedTo(ChronoUnit.MILLIS) : before.attachedAt(),
        free,
        found.lastRun(),
        found.runs(),
        found.freeBytes(),
        found.problem());
  }

  /** Asked again: what storage told was while we had it mounted. */
  private boolean unused(String uuid, Drive seen) {
    if (seen.free()) {
      return true;
    }
    try {
      return Optional.ofNullable(drives.attached().get(uuid)).filter(Drive::free).isPresent();
    } catch (Away e) {
      return false;
    }
  }

  private DriveStatus read(
      Resource<RepositorySpec, RepositoryStatus> repository,
      DriveSet set,
      DriveStatus before,
      Look look) {
    String uuid = before.uuid();
    Opened opened = set.open(repository, uuid);
    if (opened instanceof Opened.Empty) {
      opened =
          before.runs() == null
              ? set.initialise(repository, uuid, look.identity, installation.value(), now())
              : new Opened.Not(
                  "Emptied",
                  "Its repository is gone from the drive; to begin it anew, take the drive out of"
                      + " spec.url and put it in again.");
    }
    return switch (opened) {
      case Opened.Here(Copies copies)
          when look.identity == null || look.identity.equals(copies.identity()) ->
          here(repository, before, copies, look);
      case Opened.Here _ -> problem(before, "It has another repository.");
      case Opened.Empty _ -> problem(before, "It could not be begun on the drive.");
      case Opened.Not(String reason, String sentence) ->
          reason.equals(Drives.NOT_THERE) ? before.away() : problem(before, sentence);
    };
  }

  private DriveStatus here(
      Resource<RepositorySpec, RepositoryStatus> repository,
      DriveStatus before,
      Copies copies,
      Look look) {
    try {
      Set<UUID> known = runs.known();
      List<FoundCopy> found =
          copies.found().stream()
              .map(copy ->
                  new FoundCopy(
                      new DriveCopy(before.uuid(), copy.copy()).toString(),
                      copy.at(),
                      copy.mark(),
                      copy.pinned()))
              .toList();
      look.identity = copies.identity();
      look.sharing = copies.sharing();
      runs.seen(repository, known, found);
      return new DriveStatus(
          before.uuid(),
          before.label(),
          true,
          before.attachedAt(),
          false,
          found.stream()
              .map(copy -> copy.mark().completedAt())
              .max(Comparator.naturalOrder())
              .orElse(null),
          found.size(),
          copies.freeBytes().orElse(0),
          null);
    } catch (IOException e) {
      return problem(before, "It cannot be read: " + RepositoryDirectory.words(e));
    }
  }

  private static DriveStatus problem(DriveStatus before, String sentence) {
    return new DriveStatus(
        before.uuid(),
        before.label(),
        true,
        before.attachedAt(),
        false,
        before.lastRun(),
        before.runs(),
        before.freeBytes(),
        sentence);
  }

  private Conditions told(Resource<RepositorySpec, RepositoryStatus> repository, Look look) {
    Conditions conditions = conditions(repository);
    List<DriveStatus> present = look.drives.stream().filter(DriveStatus::present).toList();
    List<String> busy =
        present.stream().filter(drive -> !drive.safeToRemove()).map(DriveStatus::uuid).toList();
    conditions.set(
        SAFE,
        busy.isEmpty() ? Truth.True : Truth.False,
        busy.isEmpty() ? SAFE : "InUse",
        busy.isEmpty() ? "" : "In use now: " + String.join(", ", busy) + ".");
    List<DriveStatus> unusable = present.stream().filter(drive -> !drive.usable()).toList();
    conditions.set(
        USABLE,
        unusable.isEmpty() ? Truth.True : Truth.False,
        unusable.isEmpty() ? USABLE : "DriveProblem",
        unusable.stream()
            .map(drive ->
                "Drive %s cannot be used: %s No run goes to it until that is mended, or it is exchanged."
                    .formatted(drive.title(), drive.problem()))
            .collect(Collectors.joining(" ")));
    if (present.isEmpty()) {
      return conditions.notReady("NoDrive", "None of its drives is plugged in.");
    }
    return unusable.size() < present.size()
        ? conditions.ready()
        : conditions.notReady("DriveProblem", String.valueOf(unusable.getFirst().problem()));
  }

  private RepositoryStatus status(
      Resource<RepositorySpec, RepositoryStatus> repository,
      @Nullable UUID identity,
      @Nullable String sharing,
      List<DriveStatus> all,
      Conditions conditions) {
    return new RepositoryStatus(
        identity,
        all.stream()
            .filter(DriveStatus::present)
            .map(DriveStatus::freeBytes)
            .filter(Objects::nonNull)
            .reduce(Long::sum)
            .orElse(null),
        all.stream()
            .map(DriveStatus::runs)
            .filter(Objects::nonNull)
            .reduce(Integer::sum)
            .orElse(null),
        sharing,
        all,
        null,
        repository.metadata().generation(),
        conditions.build());
  }

  private void wakePlans(Resource<RepositorySpec, RepositoryStatus> repository) {
    plane.resources().all(BackupKinds.PLAN, Selection.ALL).stream()
        .filter(plan -> plan.spec().repository().equals(repository.name()))
        .forEach(plan -> plane.wake(plan.uid()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private Conditions conditions(Resource<RepositorySpec, RepositoryStatus> repository) {
    return new Conditions(repository.conditions(), repository.metadata().generation(), clock);
  }
}
