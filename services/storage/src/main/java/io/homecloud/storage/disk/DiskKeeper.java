package io.homecloud.storage.disk;

import io.homecloud.control.resource.Resource;
import io.homecloud.events.database.SignalledLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the register true, says which pools a change of disks is about, and asks disks for their
 * health: when they come, and once a day.
 */
final class DiskKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DiskKeeper.class);
  private static final Duration ASKED_EVERY = Duration.ofHours(24);

  private final SeenDisks seen;
  private final DiskRegister register;
  private final DiskTools tools;
  private final Clock clock;
  private final Consumer<UUID> poolTouched;
  private final Set<UUID> touched = ConcurrentHashMap.newKeySet();
  private final SignalledLoop loop;
  private final ScheduledExecutorService doctor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("storage-disk-health").factory());

  /**
   * @param poolTouched called, after the register is true, with each pool whose disks came, went or
   *     changed, or began or ceased to fail; repeated when it throws
   */
  DiskKeeper(
      SeenDisks seen,
      DiskRegister register,
      DiskTools tools,
      Clock clock,
      Consumer<UUID> poolTouched) {
    this.seen = seen;
    this.register = register;
    this.tools = tools;
    this.clock = clock;
    this.poolTouched = poolTouched;
    this.loop =
        new SignalledLoop("storage-disks", "what became of disks is not told yet", this::agree);
  }

  void start() {
    loop.start();
    var _ = doctor.scheduleWithFixedDelay(this::askAll, 1, 1, TimeUnit.HOURS);
  }

  /** Looks whether the register is true. */
  void wake() {
    loop.wake();
  }

  /** Never throws, reads nothing and does not wait: it is called between kernel events. */
  void hear(DiskFact fact) {
    touch(fact.disk().content());
    if (fact instanceof DiskFact.Changed(Disk before, _)) {
      touch(before.content());
    }
    loop.wake();
  }

  private void touch(DiskContent content) {
    if (content instanceof DiskContent.BtrfsMember(UUID pool, _, _)) {
      touched.add(pool);
    }
  }

  private void agree() {
    seen.watch(tools.events(), this::hear);
    register.agree(seen::offered);
    tellTouched();
    try {
      doctor.execute(this::askAll);
    } catch (RejectedExecutionException closed) {
      // Then nobody is asked any more.
    }
  }

  private void tellTouched() {
    for (UUID pool : List.copyOf(touched)) {
      // Before it is told, or what comes meanwhile would be lost.
      touched.remove(pool);
      try {
        poolTouched.accept(pool);
      } catch (RuntimeException again) {
        touched.add(pool);
        throw again;
      }
    }
  }

  private void askAll() {
    try {
      Map<String, Resource<DiskSpec, DiskStatus>> known = register.known();
      for (Disk disk : seen.all()) {
        Resource<DiskSpec, DiskStatus> row = known.get(disk.id().value());
        if (row != null && row.status() != null && due(row.status().checkup())) {
          ask(disk);
        }
      }
    } catch (RuntimeException e) {
      LOG.debug("asking disks for their health waits for the database", e);
    }
  }

  private boolean due(@Nullable Checkup last) {
    return last == null
        || last.at().plus(ASKED_EVERY).isBefore(clock.instant())
        || ahead(last.at());
  }

  /** The clock was set back since. */
  private boolean ahead(Instant asked) {
    return asked.isAfter(clock.instant());
  }

  /** Asks one disk now, and writes down what it says. */
  void ask(Disk disk) {
    if (register.checked(disk, tools.health().read(disk))) {
      touch(disk.content());
      loop.wake();
    }
  }

  @Override
  public void close() {
    doctor.shutdownNow();
    loop.close();
  }
}
