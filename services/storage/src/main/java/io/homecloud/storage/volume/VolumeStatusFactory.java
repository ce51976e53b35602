package io.homecloud.storage.volume;

import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Every status and condition of a volume is made here. */
public final class VolumeStatusFactory {
  /** The condition that says that its quota is not the one that is wished. */
  private static final String QUOTA = "QuotaSet";

  /** Less left of a quota than this, in percent, is told as low. */
  private static final int LOW = 5;

  /** Once low, it takes a little more to be enough again, so that the edge is not told twice. */
  private static final int ENOUGH = 7;

  private final Clock clock;

  public VolumeStatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param quota why it has not the quota that is wished of it
   * @param hides whether files lie in the directory itself where it is
   */
  VolumeStatus ready(
      Resource<VolumeSpec, VolumeStatus> volume,
      Path target,
      Optional<VolumeUsage> usage,
      Optional<Refusal> quota,
      boolean hides) {
    Conditions conditions = conditions(volume).ready();
    quota.ifPresent(
        why -> conditions.set(QUOTA, Condition.Truth.False, why.error().word(), why.sentence()));
    if (hides) {
      conditions.set(
          VolumeStatus.HIDES,
          Condition.Truth.True,
          "FilesBeneath",
          "In the directory %s itself lie files, which somebody wrote while the volume was not there, and which it hides. To see them: \"mount --bind %s /mnt\", then look into /mnt/%s."
              .formatted(target, target.getParent(), target.getFileName()));
    }
    usage
        .filter(billed -> isLow(volume, billed))
        .ifPresent(billed ->
            conditions.set(
                VolumeStatus.SPACE_LOW,
                Condition.Truth.True,
                "LittleLeft",
                "Only %d of %d MB of its quota are left."
                    .formatted(
                        billed.left() / 1_000_000, billed.limit().orElseThrow() / 1_000_000)));
    VolumeStatus before = volume.status();
    Instant made =
        before == null || before.madeAt() == null
            ? clock.instant().truncatedTo(ChronoUnit.SECONDS)
            : before.madeAt();
    return new VolumeStatus(
        made,
        target.toString(),
        usage.map(billed -> new Quantity(billed.used())).orElse(null),
        volume.metadata().generation(),
        conditions.build());
  }

  VolumeStatus refused(Resource<VolumeSpec, VolumeStatus> volume, Refusal why) {
    return notReady(volume, why.error().word(), why.sentence());
  }

  VolumeStatus notReady(Resource<VolumeSpec, VolumeStatus> volume, String reason, String message) {
    VolumeStatus before = volume.status();
    return new VolumeStatus(
        before == null ? null : before.madeAt(),
        before == null ? null : before.mountPath(),
        before == null ? null : before.used(),
        volume.metadata().generation(),
        conditions(volume).notReady(reason, message).kept(VolumeStatus.SPACE_LOW).build());
  }

  /** Whether its quota is nearly used, given whether it was. */
  static boolean isLow(Resource<VolumeSpec, VolumeStatus> volume, VolumeUsage usage) {
    return usage.lessLeft(
        Conditions.isTrue(volume.conditions(), VolumeStatus.SPACE_LOW) ? ENOUGH : LOW);
  }

  private Conditions conditions(Resource<VolumeSpec, VolumeStatus> volume) {
    return new Conditions(volume.conditions(), volume.metadata().generation(), clock);
  }
}
