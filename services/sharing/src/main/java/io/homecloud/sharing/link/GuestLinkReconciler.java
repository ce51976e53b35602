package io.homecloud.sharing.link;

import io.homecloud.control.Quantity;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.sharing.SharingKinds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what has become of links, and tells when one expires. */
public final class GuestLinkReconciler implements Reconciler<GuestLinkSpec, GuestLinkStatus> {
  private static final String EXPIRED = "Expired";

  /** The clock may be set meanwhile. */
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  private final LinkRecords records;
  private final UploadRecords uploads;
  private final Transfers transfers;
  private final LinkShares shares;
  private final LinkAim aim;
  private final Runnable counted;
  private final Clock clock;

  /**
   * @param counted called when a count may have changed that has to be kept
   */
  GuestLinkReconciler(
      LinkRecords records,
      UploadRecords uploads,
      Transfers transfers,
      LinkShares shares,
      Runnable counted,
      Clock clock) {
    this.records = records;
    this.uploads = uploads;
    this.transfers = transfers;
    this.shares = shares;
    this.aim = new LinkAim(shares, records);
    this.counted = counted;
    this.clock = clock;
  }

  @Override
  public Kind<GuestLinkSpec, GuestLinkStatus> kind() {
    return SharingKinds.GUEST_LINK;
  }

  @Override
  public boolean anywhere() {
    return true;
  }

  @Override
  public Outcome<GuestLinkStatus> reconcile(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    if (link.deleting()) {
      transfers.end(link.uid());
      records.forget(link.uid());
      return new Outcome.Gone<>(List.of());
    }
    uploads.sweep(link.uid());
    if (link.spec().counted()) {
      counted.run();
    }
    Optional<LinkRecord> record = records.find(link.uid());
    if (record.isEmpty()) {
      return new Outcome.Settled<>(
          status(
              link,
              new LinkRecord(link.uid(), null, null, 0, null, 0, 0),
              conditions(link)
                  .notReady(
                      "NoSecret",
                      "What opens it is not known: it was not made to the end, or its password was lost with the secrets. Delete it and make another.")),
          List.of());
    }
    Instant expiry = link.spec().expiresAt();
    Duration left = expiry == null ? LONGEST_SLEEP : Duration.between(clock.instant(), expiry);
    if (!left.isPositive()) {
      boolean told =
          Conditions.find(link.conditions(), io.homecloud.control.resource.Condition.READY)
              .filter(ready -> ready.reason().equals(EXPIRED))
              .isPresent();
      List<Fact> facts = new ArrayList<>(madeJustNow(link));
      if (!told) {
        facts.add(new SharingFact.GuestLinkExpired(link.uid(), link.name().value(), link.node()));
      }
      return new Outcome.Settled<>(
          status(
              link,
              record.get(),
              conditions(link).notReady(EXPIRED, "It expired; it opens nothing any more.")),
          facts);
    }
    GuestLinkStatus status = status(link, record.get(), state(link, record.get()));
    List<Fact> facts = madeJustNow(link);
    return expiry == null
        ? new Outcome.Settled<>(status, facts)
        : new Outcome.LookAgain<>(
            status, facts, left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP);
  }

  private static List<Fact> madeJustNow(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    return link.status() == null
        ? List.of(new SharingFact.GuestLinkCreated(link.uid(), link.name().value(), link.node()))
        : List.of();
  }

  private Conditions state(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record) {
    GuestLinkSpec spec = link.spec();
    if (spec.maxUses() != null && record.uses() >= spec.maxUses()) {
      return conditions(link).notReady("UsedUp", "As many visitors as may have opened it.");
    }
    switch (aim.look(link, record)) {
      case SAME -> {
        // the usual
      }
      case GONE -> {
        transfers.end(link.uid());
        return conditions(link)
            .notReady(
                "ShareGone",
                "Share "
                    + spec.share()
                    + ", for which it was made, is no more. Make another link.");
      }
      case MOVED -> {
        transfers.end(link.uid());
        return conditions(link)
            .notReady(
                "ShareMoved",
                "Share "
                    + spec.share()
                    + " has other files than when the link was made. Make another link.");
      }
    }
    if (shares.level(link.metadata().createdBy(), spec.share()).compareTo(spec.mode().needed())
        < 0) {
      transfers.end(link.uid());
      return conditions(link)
          .notReady(
              "RightLost", "Who made it may not do that with share " + spec.share() + " any more.");
    }
    return conditions(link).ready();
  }

  private Conditions conditions(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    return new Conditions(link.conditions(), link.metadata().generation(), clock);
  }

  private static GuestLinkStatus status(
      Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record, Conditions conditions) {
    return new GuestLinkStatus(
        record.uses(),
        record.lastUsed(),
        record.files(),
        new Quantity(record.bytes()),
        record.passwordHash() != null,
        link.metadata().generation(),
        conditions.build());
  }
}
