package io.homecloud.sharing.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.homecloud.sharing.password.Passphrase;
import io.homecloud.sharing.picture.SmallPictures;
import io.homecloud.sharing.serving.Level;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Links for guests, assembled: made, opened, and what was done by them. */
public final class GuestLinks implements AutoCloseable {
  static final int LONGEST_PASSWORD = 256;
  private static final Duration ONE_LOOK = Duration.ofMinutes(10);

  private final ControlPlane plane;
  private final LinkShares shares;
  private final LinkRecords records;
  private final UploadRecords uploads;
  private final Transfers transfers = new Transfers();
  private final Views views = new Views(ONE_LOOK);
  private final Views downloads = new Views(ONE_LOOK);
  private final SmallPictures pictures = new SmallPictures();
  private final LinkFiles files;
  private final LinkKey key;
  private final LinkDoor door;
  private final LinkWatch watch;
  private final GuestLinkReconciler reconciler;
  private final GuestLinkAdmission admission;
  private final KeptLinks kept;
  private final ResourceApi<GuestLinkSpec, GuestLinkStatus> api;
  private volatile Runnable changed = () -> {};

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
    this.uploads = new UploadRecords(plane.database(), plane.clock());
    this.files = new LinkFiles(plane.json(), storage, token);
    this.key = new LinkKey(config.secrets());
    this.door = new LinkDoor(plane, shares, records, new Visits(key, plane.clock()));
    this.watch = new LinkWatch(plane, transfers, this::lasts);
    this.reconciler =
        new GuestLinkReconciler(
            records, uploads, transfers, shares, () -> changed.run(), plane.clock());
    this.admission = new GuestLinkAdmission(shares, plane.node(), plane.clock());
    this.kept = new KeptLinks(records, key, plane.json(), admission::check);
    this.api =
        new ResourceApi<>(
            SharingKinds.GUEST_LINK, SharingKinds.API + "/guest-links", admission, plane.room());
  }

  public GuestLinkReconciler reconciler() {
    return reconciler;
  }

  /** Has links read from pools, and written for them. */
  public KeptLinks kept() {
    return kept;
  }

  /** Calls back when what pools keep of links may be otherwise. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  ResourceApi<GuestLinkSpec, GuestLinkStatus> api() {
    return api;
  }

  LinkDoor door() {
    return door;
  }

  LinkFiles files() {
    return files;
  }

  LinkRecords records() {
    return records;
  }

  UploadRecords uploads() {
    return uploads;
  }

  Transfers transfers() {
    return transfers;
  }

  SmallPictures pictures() {
    return pictures;
  }

  ObjectMapper json() {
    return plane.json();
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
    Level level = shares.level(who, share);
    // Who may do nothing with a share does not learn that there is one.
    if (level == Level.NONE || shares.find(share, who).isEmpty()) {
      throw SharingProblem.SHARE_NOT_FOUND.because("You have no share called " + share + ".");
    }
    if (level.compareTo(mode.needed()) < 0) {
      throw CommonProblem.FORBIDDEN.because(
          "A link may do what you may do yourself with share "
              + share
              + ", and not more; that is not enough for this one.");
    }
  }

  /** Where the files of a share are that somebody may make such a link to. */
  LinkPlace requirePlace(String who, Name share, LinkMode mode) {
    requireRight(who, share, mode);
    LinkShares.Shared shared = shares.find(share, who).orElseThrow();
    if (!shared.ready()) {
      throw SharingProblem.SHARE_NOT_READY.because(
          "The files of share " + share + " are not there now; make the link when they are.");
    }
    return shared.place();
  }

  /** Looks once whether there is anything to make a link to; later it may go, and come back. */
  private void requireFiles(GuestLinkSpec spec, String who) {
    Name name = spec.share();
    LinkPlace place = requirePlace(who, name, spec.mode());
    for (String text : spec.paths()) {
      RelativePath path = place.directory().resolve(GuestLinkAdmission.path(text));
      try {
        switch (files.look(place, path)) {
          case LinkFiles.Look.Nothing() ->
              throw SharingProblem.FILE_NOT_FOUND.because(
                  "There is no file and no directory " + text + " in share " + name + ".");
          case LinkFiles.Look.File _ when spec.mode() == LinkMode.UPLOAD ->
              throw SharingProblem.VALUE_INVALID.because(
                  "Files are brought into a directory, and " + text + " is a file.");
          case LinkFiles.Look.Directory()
              when spec.mode() == LinkMode.UPLOAD && !files.takes(place, path) ->
              throw CommonProblem.FORBIDDEN.because(
                  "Nobody brings files into "
                      + (text.isEmpty() ? "the top" : text)
                      + " in share "
                      + name
                      + ": it belongs to somebody else.");
          case LinkFiles.Look.File _, LinkFiles.Look.Directory() -> {
            // as it should be
          }
        }
      } catch (LinkFiles.AwayException e) {
        throw SharingProblem.STORAGE_AWAY.because(
            "Whether there is "
                + text
                + " in share "
                + name
                + " cannot be looked at now; try again in a moment.");
      }
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
    return new Secret(LinkToken.fresh(), hash(password));
  }

  private static @Nullable String hash(@Nullable String password) {
    if (password != null && (password.isEmpty() || password.length() > LONGEST_PASSWORD)) {
      throw SharingProblem.PASSWORD_REFUSED.because(
          "The password of a link has 1 to " + LONGEST_PASSWORD + " characters.");
    }
    return password == null ? null : Passphrase.hash(password);
  }

  /** Keeps what has to be kept of a secret, in place of one that the link had. */
  void keep(Transaction transaction, UUID link, Secret secret, @Nullable LinkTarget target) {
    records.give(transaction, link, LinkToken.hash(secret.token()), secret.passwordHash(), target);
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
    admission.check(spec);
    requireFiles(spec, asked.subject());
    LinkTarget target =
        shares.find(spec.share(), asked.subject()).flatMap(LinkShares.Shared::target).orElse(null);
    Secret secret = secret(password);
    boolean[] kept = {false};
    Response answer =
        api.create(
            asked,
            // Of what is remembered of a request, a password in it could be guessed fast.
            HexFormat.of().formatHex(key.signature(request)),
            name,
            labels,
            () -> spec,
            (transaction, uid) -> {
              keep(transaction, uid, secret, target);
              kept[0] = true;
            });
    Resource<GuestLinkSpec, GuestLinkStatus> link = api.require(name);
    if (!kept[0]) {
      // Asked again with the same key: nobody knows the secret that was said then.
      plane
          .resources()
          .useTransaction(transaction -> keep(transaction, link.uid(), secret, target));
      changed.run();
    }
    return new Made(link, answer, secret.token());
  }

  /**
   * Changes until when a link is open, and what guests are asked for.
   *
   * @param expiresAt null for ever
   * @param password a new one; null for the one that it has
   * @param open whether none is asked for any more
   */
  void change(
      Asked asked,
      Resource<GuestLinkSpec, GuestLinkStatus> link,
      @Nullable Instant expiresAt,
      @Nullable String password,
      boolean open) {
    String hash = hash(password);
    if (!Objects.equals(expiresAt, link.spec().expiresAt())) {
      ObjectNode wish = plane.json().createObjectNode();
      wish.putObject("spec").put("expiresAt", expiresAt == null ? null : expiresAt.toString());
      var _ = api.patch(asked, link.name(), wish.toString());
    }
    if (hash != null || open) {
      plane
          .resources()
          .useTransaction(transaction -> records.ask(transaction, link.uid(), open ? null : hash));
      changed.run();
      plane.wake(link);
    }
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
        .filter(share -> shares.find(share.name(), who).isPresent())
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

  /** Whether one that was opened has not been taken back since. */
  boolean lasts(OpenedLink.Open opened) {
    return lasts(opened.link().uid());
  }

  private boolean lasts(UUID link) {
    return plane.resources().find(SharingKinds.GUEST_LINK, link).filter(door::lasts).isPresent();
  }

  /** Has links looked at when what their makers may do is otherwise than it was. */
  public void start() {
    watch.start();
  }

  /** Writes down what a guest did. */
  void did(OpenedLink.Open opened, String address, String what, String path) {
    records.log(opened.link().uid(), address, what, path);
  }

  /** Writes down that a guest looks at a file, once for all requests of one look. */
  void viewed(Wanted wanted) {
    if (views.begins(wanted.open().link().uid(), wanted.address(), wanted.path())) {
      did(wanted.open(), wanted.address(), "viewed", wanted.path().display());
    }
  }

  /**
   * Writes down that a guest downloads a file, once for all parts of it.
   *
   * @param whole whether it is all of it
   */
  void downloaded(Wanted wanted, boolean whole) {
    boolean begins = downloads.begins(wanted.open().link().uid(), wanted.address(), wanted.path());
    if (begins || whole) {
      did(wanted.open(), wanted.address(), "downloaded", wanted.path().display());
    }
  }

  /** Has what a link has become written into its status. */
  void touched(OpenedLink.Open opened) {
    plane.wake(opened.link());
  }

  void tell(SharingFact fact) {
    plane.resources().useTransaction(transaction -> plane.resources().tell(transaction, fact));
  }

  /** What a link is called for people. */
  static String title(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    return Objects.requireNonNullElse(link.spec().displayName(), link.name().value());
  }

  @Override
  public void close() {
    watch.close();
    files.close();
  }
}
