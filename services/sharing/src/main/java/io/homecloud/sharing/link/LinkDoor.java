package io.homecloud.sharing.link;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.link.OpenedLink.Why;
import io.homecloud.sharing.password.Passphrase;
import io.homecloud.sharing.signin.Throttle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Lets guests in, or not. */
final class LinkDoor {
  private static final Duration LOCK_WINDOW = Duration.ofMinutes(15);
  private static final int MOST_WRONG = 10;

  /** Of a link from everywhere: many addresses do not help to guess. */
  private static final int MOST_WRONG_TOGETHER = 200;

  /** How long what was begun may still come to its end. */
  private static final Duration TO_ITS_END = Duration.ofDays(1);

  private final ControlPlane plane;
  private final LinkShares shares;
  private final LinkRecords records;
  private final Visits visits;
  private final LinkAim aim;
  private final Views callers = new Views(Visits.KEPT);
  private final Throttle throttle = new Throttle(LOCK_WINDOW);
  private final Semaphore checking = new Semaphore(1, true);

  LinkDoor(ControlPlane plane, LinkShares shares, LinkRecords records, Visits visits) {
    this.plane = plane;
    this.shares = shares;
    this.records = records;
    this.visits = visits;
    this.aim = new LinkAim(shares, records);
  }

  /**
   * Opens it for somebody who comes back, or for whom nothing is asked.
   *
   * @param visit the cookie of an earlier visit
   */
  OpenedLink open(String token, @Nullable String visit, String address) {
    return found(
        token,
        Duration.ZERO,
        (link, record) ->
            known(link, record, visit).orElseGet(() -> visited(link, record, address)));
  }

  /** The same, and for a while after it has expired, for who goes on with what was begun before. */
  OpenedLink openToItsEnd(String token, @Nullable String visit, String address) {
    return found(
        token,
        TO_ITS_END,
        (link, record) ->
            known(link, record, visit)
                .orElseGet(() ->
                    link.spec().expired(plane.clock().instant())
                        ? usable(link, visits.cookie(record))
                        : visited(link, record, address)));
  }

  /** Empty for a new visitor of whom nothing is asked. */
  private Optional<OpenedLink> known(
      Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record, @Nullable String visit) {
    if (visit != null && visits.good(record, visit)) {
      return Optional.of(usable(link, null));
    }
    boolean password = record.passwordHash() != null;
    // Messengers look at a link before people do, which must not use it up.
    return password || link.spec().maxUses() != null
        ? Optional.of(new OpenedLink.Asks(link, password, false))
        : Optional.empty();
  }

  /**
   * Opens it with the password, or because somebody pressed the button; once for each visit,
   * however often.
   */
  OpenedLink unlock(String token, @Nullable String visit, String password, String address) {
    return found(
        token,
        Duration.ZERO,
        (link, record) -> {
          if (visit != null && visits.good(record, visit)) {
            return usable(link, null);
          }
          String hash = record.passwordHash();
          if (hash == null) {
            return visited(link, record, address);
          }
          String both = link.uid() + " " + address;
          String together = link.uid().toString();
          // One after the other: of many who come at once each counts for the next.
          checking.acquireUninterruptibly();
          try {
            Optional<Duration> wait =
                throttle
                    .wait(both, MOST_WRONG)
                    .or(() -> throttle.wait(together, MOST_WRONG_TOGETHER));
            if (wait.isPresent()) {
              return new OpenedLink.Locked(wait.get());
            }
            if (password.length() <= GuestLinks.LONGEST_PASSWORD
                && Passphrase.matches(password, hash)) {
              throttle.forget(both);
              return visited(link, record, address);
            }
            throttle.failed(both);
            throttle.failed(together);
          } finally {
            checking.release();
          }
          throttle
              .wait(both, MOST_WRONG)
              .ifPresent(_ -> {
                records.log(link.uid(), address, "locked", "");
                plane
                    .resources()
                    .useTransaction(transaction ->
                        plane
                            .resources()
                            .tell(
                                transaction,
                                new SharingFact.GuestLinkLocked(
                                    link.uid(), link.name().value(), plane.node(), address)));
              });
          return new OpenedLink.Asks(link, true, true);
        });
  }

  /**
   * What a visitor brings back from now on who brings files for longer than a visit is.
   *
   * @param visit the cookie by which it was opened
   */
  Optional<String> longer(OpenedLink.Open open, String visit) {
    return visits.isOld(visit)
        ? records.find(open.link().uid()).map(record -> visits.longer(record, visit))
        : Optional.empty();
  }

  private interface Way {
    OpenedLink go(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record);
  }

  private OpenedLink found(String token, Duration late, Way way) {
    if (!LinkToken.plausible(token)) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    Optional<LinkRecord> record = records.byToken(LinkToken.hash(token));
    Optional<Resource<GuestLinkSpec, GuestLinkStatus>> link =
        record
            .flatMap(known -> plane.resources().find(SharingKinds.GUEST_LINK, known.uid()))
            .filter(known -> !known.deleting());
    if (link.isEmpty()) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    if (link.get().spec().expired(plane.clock().instant().minus(late))) {
      return new OpenedLink.Closed(Why.EXPIRED);
    }
    if (!rightful(link.get(), record.orElseThrow())) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    return way.go(link.get(), record.orElseThrow());
  }

  /** Whether one that was opened may go on. */
  boolean lasts(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    return !link.deleting()
        && records.find(link.uid()).filter(record -> rightful(link, record)).isPresent();
  }

  /**
   * Whoever made it may have lost the right meanwhile, and the link with it; and its share may have
   * got other files, on which nobody ever made a link.
   */
  private boolean rightful(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record) {
    GuestLinkSpec spec = link.spec();
    return aim.look(link, record) == LinkAim.Found.SAME
        && shares.level(link.metadata().createdBy(), spec.share()).compareTo(spec.mode().needed())
            >= 0;
  }

  private OpenedLink visited(
      Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record, String address) {
    OpenedLink opened = usable(link, visits.cookie(record));
    if (!(opened instanceof OpenedLink.Open)) {
      return opened;
    }
    Integer wished = link.spec().maxUses();
    // Programs bring no cookie back, and ask for a file in a thousand parts.
    if (wished == null
        && record.passwordHash() == null
        && !callers.begins(link.uid(), address, RelativePath.TOP)) {
      return opened;
    }
    boolean counted =
        plane
            .database()
            .inTransaction(transaction -> {
              boolean one =
                  records.visit(
                      transaction, link.uid(), wished == null ? Integer.MAX_VALUE : wished);
              if (one) {
                plane
                    .resources()
                    .tell(
                        transaction,
                        new SharingFact.GuestLinkUsed(
                            link.uid(), link.name().value(), plane.node(), address));
              }
              return one;
            });
    if (!counted) {
      return new OpenedLink.Closed(Why.USED_UP);
    }
    records.log(link.uid(), address, "opened", "");
    plane.wake(link);
    return opened;
  }

  private OpenedLink usable(Resource<GuestLinkSpec, GuestLinkStatus> link, @Nullable String visit) {
    Optional<LinkShares.Shared> shared =
        shares.find(link.spec().share(), link.metadata().createdBy());
    if (shared.isEmpty()) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    if (!shared.get().ready()) {
      return new OpenedLink.Closed(Why.AWAY);
    }
    List<RelativePath> paths = link.spec().paths().stream().map(GuestLinkAdmission::path).toList();
    return new OpenedLink.Open(link, shared.get().place(), paths, visit);
  }
}
