package io.homecloud.backup.kept;

import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.kept.KeptDocument;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps repositories and plans on the pools, and brings them back from there. */
public final class PlanKeeper implements AutoCloseable {
  /** Several changes are written as one. */
  private static final Duration GATHERED = Duration.ofMillis(500);

  private final KeptDocument<KeptPlans> document;
  private final BooleanSupplier leads;
  private final PlanRows rows;
  private final PlanRestoring restoring;
  private final SignalledLoop loop =
      new SignalledLoop(
          "backup-kept", "repositories and plans are not kept on pools yet", this::keep);
  private volatile boolean started;

  /** Whether something may be otherwise on the pools. */
  private volatile boolean look;

  private @Nullable KeptPlans last;

  /**
   * @param repositories throws a problem for what may not be wished for
   * @param plans likewise
   */
  public PlanKeeper(
      ControlPlane plane,
      OtherService storage,
      Consumer<RepositorySpec> repositories,
      Consumer<PlanSpec> plans) {
    this.document =
        new KeptDocument<>(
            plane.database(),
            storage,
            plane.json(),
            "documents/backup/plans",
            KeptPlans.class,
            KeptPlans.FORMAT);
    this.leads = plane::leads;
    this.rows = new PlanRows(plane);
    this.restoring = new PlanRestoring(plane, repositories, plans);
    plane.database().subscribe(Signal.Topic.WISH, _ -> wake());
    // That a repository was found, and which, is a status.
    plane.database().subscribe(Signal.Topic.STATUS, _ -> wake());
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> lookAtPools());
    // Pools of a node that comes may have missed something, or know more.
    plane.database().subscribe(Signal.Topic.NODE, _ -> lookAtPools());
    plane.onLeading(this::lookAtPools);
  }

  /** Storage can be asked from now on. */
  public void start() {
    started = true;
    loop.start();
  }

  /** Something is otherwise here. */
  public void wake() {
    loop.wake();
  }

  /** Something may be otherwise on the pools. */
  public void lookAtPools() {
    look = true;
    loop.wake();
  }

  private void keep() throws InterruptedException {
    Thread.sleep(GATHERED);
    try {
      keepOnce();
    } catch (Away e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void keepOnce() throws Away {
    if (look) {
      look = false;
      last = null;
    }
    if (!leads.getAsBoolean()) {
      last = null;
    } else if (!rows.read().equals(last)) {
      last = document.keep(rows::read, restoring::restore).orElse(null);
    }
  }

  @Override
  public void close() {
    if (started) {
      loop.close();
    }
  }
}
