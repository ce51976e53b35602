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

  private final Clock clock;

  public VolumeStatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param quota why it has not the quota that is wished of it
   */
  VolumeStatus ready(
      Resource<VolumeSpec, VolumeStatus> volume,
      Path target,
      Optional<VolumeUsage> usage,
      Optional<Refusal> quota) {
    Conditions conditions = conditions(volume).ready();
    quota.ifPresent(
        why -> conditions.set(QUOTA, Condition.Truth.False, why.error().word(), why.sentence()));
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
        conditions(volume).notReady(reason, message).build());
  }

  private Conditions conditions(Resource<VolumeSpec, VolumeStatus> volume) {
    return new Conditions(volume.conditions(), volume.metadata().generation(), clock);
  }
}
