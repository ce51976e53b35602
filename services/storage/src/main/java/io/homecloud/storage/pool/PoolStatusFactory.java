package io.homecloud.storage.pool;

import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.disk.Disk;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every status and condition of a pool is made here. */
final class PoolStatusFactory {
  private static final String DEGRADED = "Degraded";
  private static final String SPACE_LOW = "SpaceLow";
  private static final String QUOTA = "QuotaKnown";
  private static final String ERRORS = "DeviceErrors";

  private final Clock clock;
  private final int spaceLowPercent;

  PoolStatusFactory(Clock clock, int spaceLowPercent) {
    this.clock = clock;
    this.spaceLowPercent = spaceLowPercent;
  }

  private Conditions conditions(Resource<PoolSpec, PoolStatus> pool) {
    Conditions conditions = new Conditions(pool.conditions(), pool.metadata().generation(), clock);
    Conditions.find(pool.conditions(), PoolStatus.ADOPTED)
        .ifPresent(how -> conditions.set(how.type(), how.status(), how.reason(), how.message()));
    return conditions;
  }

  /** It is not there, for this reason; what was known of it stays. */
  PoolStatus unavailable(Resource<PoolSpec, PoolStatus> pool, Refusal why) {
    PoolStatus before = pool.status();
    List<Condition> conditions =
        conditions(pool).notReady(why.error().word(), why.sentence()).build();
    long generation = pool.metadata().generation();
    return before == null || before.formattedAt() == null
        ? new PoolStatus(
            PoolStatus.State.Pending,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            null,
            generation,
            conditions)
        : new PoolStatus(
            PoolStatus.State.Unavailable,
            before.formattedAt(),
            null,
            before.capacity(),
            before.used(),
            before.allocated(),
            before.available(),
            before.availableMinimum(),
            before.profiles(),
            before.devices(),
            before.lastScrub(),
            generation,
            conditions);
  }

  /** It is mounted and this is what the kernel says of it. */
  PoolStatus mounted(
      Resource<PoolSpec, PoolStatus> pool,
      MountedPool mounted,
      PoolState state,
      PoolUsage usage,
      List<Disk> disks) {
    PoolStatus before = pool.status();
    Map<String, Disk> byNode =
        disks.stream()
            .collect(
                Collectors.toMap(disk -> disk.node().toString(), Function.identity(), (a, _) -> a));
    List<PoolStatus.Device> devices =
        state.devices().stream().map(device -> device(device, byNode)).toList();
    Instant formatted =
        before == null || before.formattedAt() == null
            ? clock.instant().truncatedTo(ChronoUnit.SECONDS)
            : before.formattedAt();
    return new PoolStatus(
        state.degraded() ? PoolStatus.State.Degraded : PoolStatus.State.Healthy,
        formatted,
        mounted.root().toString(),
        new Quantity(usage.size()),
        new Quantity(usage.used()),
        new Quantity(usage.allocated()),
        new Quantity(usage.freeEstimated()),
        new Quantity(usage.freeMinimum()),
        usage.groups().stream()
            .map(group ->
                new PoolStatus.Group(
                    group.kind().name().toLowerCase(Locale.ROOT),
                    group.profile(),
                    new Quantity(group.total()),
                    new Quantity(group.used())))
            .toList(),
        devices,
        before == null ? null : before.lastScrub(),
        pool.metadata().generation(),
        health(pool, state, usage));
  }

  private List<Condition> health(
      Resource<PoolSpec, PoolStatus> pool, PoolState state, PoolUsage usage) {
    Conditions conditions = conditions(pool);
    if (state.readOnly()) {
      conditions.notReady(
          "ReadOnly",
          "The kernel allows no more writing to it after an error; copy what matters and look at its disks.");
    } else {
      conditions.ready();
    }
    List<PoolDevice> missing = state.devices().stream().filter(PoolDevice::missing).toList();
    conditions.set(
        DEGRADED,
        state.degraded() ? Truth.True : Truth.False,
        state.degraded() ? "DiskMissing" : "AllDisksThere",
        state.degraded()
            ? "Missing: "
                + missing.stream()
                    .map(device -> "device " + device.id())
                    .collect(Collectors.joining(", "))
                + ". Replace with POST /api/storage/v1/pools/"
                + pool.name()
                + "/disks/"
                + (missing.isEmpty() ? "…" : missing.getFirst().id())
                + "/replace {\"with\": \"<disk>\"}."
            : "");
    List<PoolDevice> failing =
        state.devices().stream().filter(device -> device.errors().any()).toList();
    conditions.set(
        ERRORS,
        failing.isEmpty() ? Truth.False : Truth.True,
        failing.isEmpty() ? "NoErrors" : "ErrorsCounted",
        failing.stream()
            .map(device ->
                device.path().map(Object::toString).orElse("device " + device.id())
                    + ": "
                    + device.errors())
            .collect(Collectors.joining("; ")));
    conditions.set(
        SPACE_LOW,
        low(usage) ? Truth.True : Truth.False,
        low(usage) ? "LittleFree" : "EnoughFree",
        low(usage)
            ? new Quantity(usage.freeEstimated())
                + " of "
                + new Quantity(usage.size())
                + " can still be written."
            : "");
    conditions.set(
        QUOTA,
        state.quotas() ? Truth.True : Truth.False,
        state.quotas() ? "SimpleQuotas" : "QuotaUnknown",
        state.quotas()
            ? ""
            : "The pool does not count what volumes use; quotas cannot be set on it.");
    return conditions.build();
  }

  private boolean low(PoolUsage usage) {
    return usage.freeEstimated() < usage.size() / 100 * spaceLowPercent;
  }

  private static PoolStatus.Device device(PoolDevice device, Map<String, Disk> byNode) {
    @Nullable String path = device.path().map(Object::toString).orElse(null);
    Disk disk = path == null ? null : byNode.get(path);
    PoolDevice.Errors errors = device.errors();
    return new PoolStatus.Device(
        device.id(),
        disk == null ? null : disk.id().value(),
        path,
        new Quantity(device.size()),
        new Quantity(device.allocated()),
        device.missing(),
        errors.write()
            + errors.read()
            + errors.flush()
            + errors.corruption()
            + errors.generation());
  }
}
