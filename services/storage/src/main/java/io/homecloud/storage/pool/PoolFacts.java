package io.homecloud.storage.pool;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.disk.DiskKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What became true of a pool between two looks at it, each told once. */
final class PoolFacts {
  private PoolFacts() {}

  static List<Fact> between(Resource<PoolSpec, PoolStatus> pool, PoolStatus now) {
    PoolStatus before = pool.status();
    String name = pool.name().value();
    List<Fact> facts = new ArrayList<>();
    if (before == null || before.formattedAt() == null) {
      facts.add(
          new StorageFact.PoolCreated(
              pool.uid(), name, pool.node(), String.valueOf(now.mountPath())));
    }
    boolean wasDegraded = before != null && before.degraded();
    boolean isDegraded = now.degraded();
    // A disk that failed and is gone now is another thing to be told.
    boolean worse = now.incomplete() && !(before != null && before.incomplete());
    boolean turned = now.readOnly() != (before != null && before.readOnly());
    if ((isDegraded && (!wasDegraded || turned)) || worse) {
      facts.add(new StorageFact.PoolDegraded(pool.uid(), name, pool.node(), trouble(now)));
    }
    if (!isDegraded && wasDegraded) {
      facts.add(new StorageFact.PoolHealthy(pool.uid(), name, pool.node()));
    }
    boolean wasLow = before != null && Conditions.isTrue(before.conditions(), PoolStatus.SPACE_LOW);
    boolean isLow = Conditions.isTrue(now.conditions(), PoolStatus.SPACE_LOW);
    if (isLow != wasLow && now.available() != null && now.capacity() != null) {
      long available = now.available().bytes();
      long capacity = now.capacity().bytes();
      facts.add(
          isLow
              ? new StorageFact.PoolSpaceLow(pool.uid(), name, pool.node(), available, capacity)
              : new StorageFact.PoolSpaceRegained(
                  pool.uid(), name, pool.node(), available, capacity));
    }
    now.devices().forEach(device -> failing(pool, before, device).ifPresent(facts::add));
    return facts;
  }

  /** A disk on which writing or reading begins to fail; told again only after a reset. */
  private static Optional<Fact> failing(
      Resource<PoolSpec, PoolStatus> pool, @Nullable PoolStatus before, PoolStatus.Device device) {
    String disk = device.disk();
    boolean known =
        before != null
            && before.devices().stream()
                .anyMatch(was -> was.id() == device.id() && was.ioErrors() > 0);
    return disk == null || device.ioErrors() == 0 || known
        ? Optional.empty()
        : Optional.of(
            new StorageFact.DiskFailing(
                DiskKey.of(pool.node(), disk),
                disk,
                pool.node(),
                "Pool %s counted %d failed reads and writes on it."
                    .formatted(pool.name(), device.ioErrors())));
  }

  /** A pool that can only be read may lack a disk as well. */
  private static String trouble(PoolStatus status) {
    return Stream.of(
            status.readOnly() ? message(status, Condition.READY) : "",
            message(status, PoolStatus.DEGRADED))
        .distinct()
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String message(PoolStatus status, String condition) {
    return Conditions.find(status.conditions(), condition).map(Condition::message).orElse("");
  }
}
