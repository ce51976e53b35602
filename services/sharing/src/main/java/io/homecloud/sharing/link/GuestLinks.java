package io.homecloud.sharing.link;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingConfig;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.link.OpenedLink.Why;
import io.homecloud.sharing.password.Passphrase;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.signin.Throttle;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Links for guests, assembled: made, opened, and what was done by them. */
public final class GuestLinks implements AutoCloseable {
  private static final Duration LOCK_WINDOW = Duration.ofMinutes(15);
  private static final int MOST_WRONG = 10;

  /** Of a link from everywhere: many addresses do not help to guess. */
  private static final int MOST_WRONG_TOGETHER = 200;

  private static final int LONGEST_PASSWORD = 256;

  private final ControlPlane plane;
  private final LinkShares shares;
  private final LinkRecords records;
  private final LinkFiles files;
  private final Visits visits;
  private final Throttle throttle = new Throttle(LOCK_WINDOW);
  private final GuestLinkReconciler reconciler;
  private final ResourceApi<GuestLinkSpec, GuestLinkStatus> api;

  /**
   * @param storage where storage answers; empty while that is not known yet
   * @param token for storage, good now
   */
  public GuestLinks(
      SharingConfig config,
      ControlPlane plane,
      LinkShares shares,
      Supplier<Optional<URI>> storage,
      Supplier<String> token) {
    this.plane = plane;
    this.shares = shares;
    this.records = new LinkRecords(plane.database(), plane.clock());
    this.files = new LinkFiles(plane.json(), storage, token);
    this.visits = new Visits(config.secrets(), plane.clock());
    this.reconciler = new GuestLinkReconciler(records, shares, plane.clock());
    this.api =
        new ResourceApi<>(
            SharingKinds.GUEST_LINK,
            SharingKinds.API + "/guest-links",
            new GuestLinkAdmission(shares, plane.node(), plane.clock()),
            plane.room());
  }

  public GuestLinkReconciler reconciler() {
    return reconciler;
  }

  ResourceApi<GuestLinkSpec, GuestLinkStatus> api() {
    return api;
  }

  LinkFiles files() {
    return files;
  }

  LinkRecords records() {
    return records;
  }

  Clock clock() {
    return plane.clock();
  }

  /**
   * Refuses who may not do that with the share themselves.
   *
   * @param who an account's name, or the machine's
   */
  void requireRight(String who, Name share, LinkMode mode) {
    if (shares.find(share).isEmpty()) {
      throw SharingProblem.SHARE_NOT_FOUND.because("There is no share called " + share + ".");
    }
    if (shares.level(who, share).compareTo(mode.needed()) < 0) {
      throw CommonProblem.FORBIDDEN.because(
          "A link may do what you may do yourself with share "
              + share
              + ", and not more; that is not enough for this one.");
    }
  }

  /** A new secret for a link, and what is kept of it. */
  record Secret(String token, @Nullable String passwordHash) {
    @Override
    public String toString() {
      return "Secret[not shown]";
    }
  }

  Secret secret(@Nullable String password) {
    if (password != null && (password.isEmpty() || password.length() > LONGEST_PASSWORD)) {
      throw SharingProblem.PASSWORD_REFUSED.because(
          "The password of a link has 1 to " + LONGEST_PASSWORD + " characters.");
    }
    String token = LinkToken.fresh();
    return new Secret(token, password == null ? null : Passphrase.hash(password));
  }

  /** Keeps what has to be kept of a secret, in place of one that the link had. */
  void keep(Transaction transaction, UUID link, Secret secret) {
    records.give(transaction, link, LinkToken.hash(secret.token()), secret.passwordHash());
  }

  /**
   * Makes a link.
   *
   * @return the answer, and the secret in the link
   */
  Made make(
      Asked asked,
      String request,
      Name name,
      Map<String, String> labels,
      GuestLinkSpec spec,
      @Nullable String password) {
    requireRight(asked.subject(), spec.share(), spec.mode());
    Secret secret = secret(password);
    boolean[] kept = {false};
    Response answer =
        api.create(
            asked,
            request,
            name,
            labels,
            () -> spec,
            (transaction, uid) -> {
              keep(transaction, uid, secret);
              kept[0] = true;
            });
    Resource<GuestLinkSpec, GuestLinkStatus> link = api.require(name);
    if (!kept[0]) {
      // Asked again with the same key: nobody knows the secret that was said then.
      plane.resources().useTransaction(transaction -> keep(transaction, link.uid(), secret));
    }
    return new Made(link, answer, secret.token());
  }

  /** A link that was made. */
  record Made(Resource<GuestLinkSpec, GuestLinkStatus> link, Response answer, String token) {
    @Override
    public String toString() {
      return "Made[" + link.name() + "]";
    }
  }

  /** The link of that name if it is theirs; an administrator's are all. */
  Resource<GuestLinkSpec, GuestLinkStatus> require(Name name, String who, boolean administrator) {
    Resource<GuestLinkSpec, GuestLinkStatus> link = api.require(name);
    if (!administrator && !link.metadata().createdBy().equals(who)) {
      throw CommonProblem.NOT_FOUND.because("There is no guest link called " + name + ".");
    }
    return link;
  }

  /** Shares that somebody can make a link to, by name. */
  List<String> sharesOf(String who) {
    return plane.resources().all(SharingKinds.SHARE, Selection.ALL).stream()
        .filter(share -> shares.find(share.name()).isPresent())
        .filter(share -> shares.level(who, share.name()) != Level.NONE)
        .map(share -> share.name().value())
        .toList();
  }

  /** Those that somebody made. */
  List<Resource<GuestLinkSpec, GuestLinkStatus>> of(String who) {
    return plane.resources().all(SharingKinds.GUEST_LINK, Selection.ALL).stream()
        .filter(link -> link.metadata().createdBy().equals(who))
        .toList();
  }

  /**
   * Opens it for somebody who comes back, or for whom nothing is asked.
   *
   * @param visit the cookie of an earlier visit
   */
  OpenedLink open(String token, @Nullable String visit, String address) {
    return found(
        token,
        (link, record) -> {
          if (visit != null && visits.good(link.uid(), visit)) {
            return usable(link, null);
          }
          boolean password = record.passwordHash() != null;
          // Messengers look at a link before people do, which must not use it up.
          return password || link.spec().maxUses() != null
              ? new OpenedLink.Asks(link, password, false)
              : visited(link, address);
        });
  }

  /** Opens it with the password, or because somebody pressed the button. */
  OpenedLink unlock(String token, String password, String address) {
    return found(
        token,
        (link, record) -> {
          String hash = record.passwordHash();
          if (hash == null) {
            return visited(link, address);
          }
          String both = link.uid() + " " + address;
          String together = link.uid().toString();
          Optional<Duration> wait =
              throttle
                  .wait(both, MOST_WRONG)
                  .or(() -> throttle.wait(together, MOST_WRONG_TOGETHER));
          if (wait.isPresent()) {
            return new OpenedLink.Locked(wait.get());
          }
          if (password.length() <= LONGEST_PASSWORD && Passphrase.matches(password, hash)) {
            throttle.forget(both);
            return visited(link, address);
          }
          throttle.failed(both);
          throttle.failed(together);
          throttle
              .wait(both, MOST_WRONG)
              .ifPresent(_ -> {
                records.log(link.uid(), address, "locked", "");
                tell(
                    new SharingFact.GuestLinkLocked(
                        link.uid(), link.name().value(), plane.node(), address));
              });
          return new OpenedLink.Asks(link, true, true);
        });
  }

  private interface Way {
    OpenedLink go(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record);
  }

  private OpenedLink found(String token, Way way) {
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
    GuestLinkSpec spec = link.get().spec();
    if (spec.expiresAt() != null && !plane.clock().instant().isBefore(spec.expiresAt())) {
      return new OpenedLink.Closed(Why.EXPIRED);
    }
    // Whoever made it may have lost the right meanwhile, and the link with it.
    if (shares
            .level(link.get().metadata().createdBy(), spec.share())
            .compareTo(spec.mode().needed())
        < 0) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    return way.go(link.get(), record.orElseThrow());
  }

  private OpenedLink visited(Resource<GuestLinkSpec, GuestLinkStatus> link, String address) {
    OpenedLink opened = usable(link, visits.cookie(link.uid()));
    if (!(opened instanceof OpenedLink.Open)) {
      return opened;
    }
    Integer wished = link.spec().maxUses();
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
    plane.wake(link.uid());
    return opened;
  }

  private OpenedLink usable(Resource<GuestLinkSpec, GuestLinkStatus> link, @Nullable String visit) {
    Optional<LinkShares.Shared> shared = shares.find(link.spec().share());
    if (shared.isEmpty()) {
      return new OpenedLink.Closed(Why.UNKNOWN);
    }
    if (!shared.get().ready()) {
      return new OpenedLink.Closed(Why.AWAY);
    }
    List<RelativePath> paths = link.spec().paths().stream().map(GuestLinkAdmission::path).toList();
    return new OpenedLink.Open(link, shared.get().volume(), shared.get().directory(), paths, visit);
  }

  /** Writes down what a guest did. */
  void did(OpenedLink.Open opened, String address, String what, String path) {
    records.log(opened.link().uid(), address, what, path);
  }

  /** Has what a link has become written into its status. */
  void touched(OpenedLink.Open opened) {
    plane.wake(opened.link().uid());
  }

  void tell(SharingFact fact) {
    plane.resources().useTransaction(transaction -> plane.resources().tell(transaction, fact));
  }

  /** How far an upload is, by storage's answer. */
  long offset(String answer) {
    try {
      return plane.json().readTree(answer).path("offset").asLong();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new LinkFiles.AwayException(e);
    }
  }

  /** What a link is called for people. */
  static String title(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    return Objects.requireNonNullElse(link.spec().displayName(), link.name().value());
  }

  @Override
  public void close() {
    files.close();
  }
}
