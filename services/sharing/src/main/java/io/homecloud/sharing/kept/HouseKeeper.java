package io.homecloud.sharing.kept;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.ask.Away;
import io.homecloud.control.kept.KeptDocument;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountFeature;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.group.GroupFeature;
import io.homecloud.sharing.link.KeptLinks;
import io.homecloud.sharing.share.ShareFeature;
import io.homecloud.sharing.volume.StorageClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Keeps accounts, groups, their numbers, shares and guest links on the pools, and brings them back
 * from there.
 *
 * <p>What another installation kept gives nobody anything until an administrator asks for it.
 */
public final class HouseKeeper implements AutoCloseable {
  /** Several changes are written as one. */
  private static final Duration GATHERED = Duration.ofMillis(500);

  private final KeptDocument<KeptHouse> document;
  private final BooleanSupplier leads;
  private final HouseRows rows;
  private final Restoring restoring;
  private final SignalledLoop loop =
      new SignalledLoop(
          "sharing-kept", "accounts and shares are not kept on pools yet", this::keep);
  private volatile boolean started;

  public HouseKeeper(
      ControlPlane plane,
      PosixIds ids,
      StorageClient storage,
      AccountFeature accounts,
      GroupFeature groups,
      KeptLinks links) {
    this.document =
        new KeptDocument<>(
            plane.database(),
            storage.api(),
            plane.json(),
            "documents/sharing/house",
            KeptHouse.class,
            KeptHouse.FORMAT);
    this.leads = plane::leads;
    this.rows = new HouseRows(plane, ids, links);
    this.restoring =
        new Restoring(
            plane,
            ids,
            new Restoring.Rules(groups::check, accounts::check, ShareFeature::checkByItself),
            links);
    plane.database().subscribe(Signal.Topic.WISH, _ -> wake());
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> wake());
    // Pools of a node that comes may have missed something, or know more.
    plane.database().subscribe(Signal.Topic.NODE, _ -> wake());
    plane.onLeading(this::wake);
  }

  /** Storage can be asked from now on. */
  public void start() {
    started = true;
    loop.start();
  }

  /** Something is otherwise here, or on the pools. */
  public void wake() {
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

  private synchronized void keepOnce() throws Away {
    if (leads.getAsBoolean()) {
      var _ =
          document.keep(
              rows::read,
              before -> {
                var _ = restoring.restore(before, true);
              });
    }
  }

  /**
   * What another installation kept on a pool that was adopted here; empty when there is none.
   *
   * @throws io.homecloud.control.problem.ProblemException when it cannot be understood, or nobody
   *     can say now
   */
  Optional<KeptHouse> ofOthers() {
    try {
      return document
          .ofOthers()
          .map(content ->
              document
                  .understood(content)
                  .orElseThrow(() ->
                      SharingProblem.VALUE_INVALID.because(
                          "What another installation kept cannot be understood.")));
    } catch (Away e) {
      throw SharingProblem.STORAGE_AWAY.because("Storage does not say what is on the pools now.");
    }
  }

  /** Takes what another installation kept, as an administrator asks for; may be repeated. */
  synchronized List<Restoring.Item> takeOver(KeptHouse house) {
    return restoring.restore(house.withoutLinks(), rows.read().empty());
  }

  Optional<KeptHouse.Kept> kept(JsonNode item) {
    return restoring.kept(item);
  }

  @Override
  public void close() {
    if (started) {
      loop.close();
    }
  }
}
