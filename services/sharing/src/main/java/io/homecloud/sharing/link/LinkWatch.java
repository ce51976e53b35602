package io.homecloud.sharing.link;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.ResourceStore.Row;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.sharing.SharingKinds;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Hears of what decides whether links last, and has them looked at. */
final class LinkWatch implements AutoCloseable {
  private static final Set<String> DECIDING =
      Set.of(SharingKinds.ACCOUNT.name(), SharingKinds.GROUP.name(), SharingKinds.SHARE.name());

  private final ControlPlane plane;
  private final Transfers transfers;
  private final Predicate<UUID> lasts;
  private final SignalledLoop loop =
      new SignalledLoop("guest-links", "what guests fetch goes on unseen", this::look);

  /** Heard of, and not looked at since. */
  private final Set<UUID> wished = ConcurrentHashMap.newKeySet();

  /**
   * @param lasts whether a link opens anything still
   */
  LinkWatch(ControlPlane plane, Transfers transfers, Predicate<UUID> lasts) {
    this.plane = plane;
    this.transfers = transfers;
    this.lasts = lasts;
  }

  void start() {
    loop.start();
    plane
        .database()
        .subscribe(
            Signal.Topic.WISH,
            uid -> {
              wished.add(UUID.fromString(uid));
              loop.wake();
            });
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> loop.wake());
  }

  private void look() {
    endTransfers();
    Set<UUID> taken = Set.copyOf(wished);
    wished.removeAll(taken);
    try {
      if (taken.stream().anyMatch(this::decides)) {
        plane
            .resources()
            .all(SharingKinds.GUEST_LINK, Selection.ALL)
            .forEach(link -> plane.wake(link.uid()));
      }
    } catch (RuntimeException e) {
      wished.addAll(taken);
      throw e;
    }
  }

  /** Ends what guests fetch here of links that last no longer, whoever looks after them. */
  private void endTransfers() {
    transfers.links().stream().filter(lasts.negate()).forEach(transfers::end);
  }

  /** What is gone already may have been a share. */
  private boolean decides(UUID uid) {
    return plane.resources().find(uid, Row::kind).map(DECIDING::contains).orElse(true);
  }

  @Override
  public void close() {
    loop.close();
  }
}
