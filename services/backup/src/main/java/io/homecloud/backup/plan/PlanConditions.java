package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.repository.DriveStatus;
import io.homecloud.backup.source.SourceHealth.Health;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.backup.BackupFact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a plan says of its sources and drives. */
final class PlanConditions {
  static final String SOURCES_IN_PLACE = "SourcesInPlace";
  static final String DRIVE_DUE = "DriveDue";
  static final String VOLUME_REPLACED = "VolumeReplaced";
  static final String COPIES_LESS = "CopiesLess";
  static final String ON_SOURCE_DISK = "OnSourceDisk";
  static final String NOT_COPIED = "SubvolumesNotCopied";

  private PlanConditions() {}

  /** As it was when nobody can say now. */
  static void sources(
      Resource<PlanSpec, PlanStatus> plan, Optional<Health> health, Conditions conditions) {
    if (health.isEmpty()) {
      conditions.kept(SOURCES_IN_PLACE).kept(ON_SOURCE_DISK).kept(NOT_COPIED);
      return;
    }
    List<Name> together = health.get().together();
    isSo(
        ON_SOURCE_DISK,
        "OtherDisk",
        together.isEmpty()
            ? ""
            : "Repository %s is on the disks of what is copied (%s): the copies are lost with them. Copy to another disk or place too."
                .formatted(plan.spec().repository(), names(together)),
        conditions);
    List<Name> nested = health.get().nested();
    isSo(
        NOT_COPIED,
        "None",
        nested.isEmpty()
            ? ""
            : "Somebody made btrfs subvolumes in %s: no snapshot and no copy has what is in them. Make directories of them, or volumes of their own."
                .formatted(names(nested)),
        conditions);
    String reason = health.get().reason();
    conditions.set(
        SOURCES_IN_PLACE,
        reason == null ? Truth.True : Truth.False,
        reason == null ? "InPlace" : reason,
        String.join(" ", health.get().sentences()));
  }

  /**
   * Which runs stay although the retention may not keep them.
   *
   * @param before of each the volumes that were made anew since, or are not copied any more
   */
  static void volumes(Map<Name, Set<Name>> before, Conditions conditions) {
    isSo(
        VOLUME_REPLACED,
        "NoneReplaced",
        before.entrySet().stream()
            .map(run ->
                "Volume %s was made anew, or is not copied any more. Run %s is the newest of what it was and stays, whatever the retention says; when nothing of it is wanted any more, delete it: DELETE %s/runs/%s."
                    .formatted(
                        run.getValue().stream()
                            .map(Name::value)
                            .sorted()
                            .collect(Collectors.joining(", ")),
                        run.getKey(),
                        BackupKinds.API,
                        run.getKey()))
            .collect(Collectors.joining(" ")),
        conditions);
  }

  /**
   * Whether the newest copy has next to nothing of what there was.
   *
   * @param told a sentence when it has
   */
  static void less(Optional<String> told, Conditions conditions) {
    isSo(COPIES_LESS, "AsBefore", told.orElse(""), conditions);
  }

  /** What is wrong when it is so: true with that sentence, and not so without one. */
  private static void isSo(String type, String otherwise, String told, Conditions conditions) {
    conditions.set(
        type, told.isEmpty() ? Truth.False : Truth.True, told.isEmpty() ? otherwise : type, told);
  }

  private static String names(List<Name> volumes) {
    return volumes.stream().map(Name::value).distinct().collect(Collectors.joining(", "));
  }

  /**
   * Which drive is to be plugged in, or to be made usable; told once.
   *
   * @return that drive
   */
  static @Nullable String drive(
      Resource<PlanSpec, PlanStatus> plan,
      Optional<DrivesOfPlan> drives,
      Instant now,
      Conditions conditions,
      List<Fact> facts) {
    boolean byItself = plan.spec().schedule() != null || plan.spec().onAttach();
    if (drives.isEmpty() || plan.spec().suspended() || !byItself) {
      return null;
    }
    Optional<DriveStatus> due = drives.get().due(now);
    if (due.isEmpty()) {
      conditions.set(DRIVE_DUE, Truth.False, "NoneDue", "");
      return null;
    }
    DriveStatus drive = due.get();
    conditions.set(
        DRIVE_DUE,
        Truth.True,
        drive.present() ? "DriveProblem" : DRIVE_DUE,
        (drive.present()
                ? "Drive %s is plugged in and cannot be used: %s It is to be mended or exchanged; the"
                    .formatted(drive.title(), drive.problem())
                : "Plug in drive %s; the".formatted(drive.title()))
            + drives
                .get()
                .last(drive)
                .map(last -> " plan copied to it on " + last + " for the last time.")
                .orElse(" plan has not copied to it yet."));
    String before = plan.status() == null ? null : plan.status().driveDue();
    if (!drive.uuid().equals(before)) {
      facts.add(
          new BackupFact.DriveDue(
              plan.uid(),
              plan.name().value(),
              plan.node(),
              plan.spec().repository().value(),
              drive.uuid(),
              drive.label()));
    }
    return drive.uuid();
  }
}
