package io.homecloud.sharing.share;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.SharingConfig;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ShareServers;
import io.homecloud.sharing.share.mounts.Homes;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import io.homecloud.sharing.share.mounts.LeftHomes;
import io.homecloud.sharing.share.mounts.ShareMounts;
import io.homecloud.sharing.volume.VolumeFeature;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Shares, assembled. */
public final class ShareFeature implements AutoCloseable {
  /** Within which accounts are written down after it was said that they changed. */
  private static final long WRITTEN_SOON_NANOS = 5_000_000_000L;

  private static final long TOLD_SECONDS = 5;

  /** For certificates, which end by time alone. */
  private static final Duration EVERYTHING = Duration.ofHours(12);

  /** For a server that runs without shares and cannot: nobody tells that its port is free. */
  private static final Duration UNAVAILABLE = Duration.ofSeconds(30);

  /** For those whom servers cannot know yet, since their numbers are being written down. */
  private static final Duration NUMBERED = Duration.ofSeconds(5);

  private final ControlPlane plane;
  private final People people;
  private final ShareLevels levels;
  private final ServerWatch watch;
  private final ServerSet set;
  private final Servers servers;
  private final Sessions sessions;
  private final ServingKeeper keeper;
  private final ShareReconciler reconciler;
  private final AccessLogs accessLogs;
  private final DailyChores daily;
  private final PeoplesHomes homes;
  private final LeftHomeFeature leftHomes;
  private final ResourceApi<ShareSpec, ShareStatus> api;
  private volatile long peopleMoved = System.nanoTime() - WRITTEN_SOON_NANOS;

  public ShareFeature(
      SharingConfig config,
      ControlPlane plane,
      VolumeFeature volumes,
      People people,
      ShareServers makers) {
    this.plane = plane;
    this.people = people;
    this.levels = new ShareLevels(plane.resources(), volumes.known());
    this.watch =
        new ServerWatch(plane.node(), this::tell, this::look, this::lookAtSessions, this::accessed);
    PlausibleClock plausible = plane.plausibleClock();
    this.accessLogs = new AccessLogs(config.data().resolve("log/access"), plane.json(), plausible);
    this.set = new ServerSet(makers.open(watch::listener), makers, watch::wake, watch::asked);
    ShareUrls urls = new ShareUrls(config.host(), config.publicUrl(), config.publicWebdav());
    this.servers = new Servers(set, urls);
    this.sessions = new Sessions(set, plane.node(), this::tell, this::sessionsChanged);
    this.keeper =
        new ServingKeeper(
            plane.resources(),
            plane.node(),
            volumes.known(),
            people,
            new ShareDirectories(
                config.shareRoot(), new ShareMounts(new LocalHost()), volumes.known()),
            set,
            accessLogs,
            plane::wake);
    RecycleBins bins = new RecycleBins(keeper::served, plausible);
    Homes directories = new Homes(new LocalHost());
    this.homes =
        new PeoplesHomes(
            plane.resources(),
            plane.node(),
            volumes.known(),
            directories,
            new LeftHomes(new LocalHost(), directories));
    this.leftHomes = new LeftHomeFeature(homes, plane.resources(), plausible, config.trashKept());
    this.daily = new DailyChores(bins::sweep, accessLogs::sweep, leftHomes::sweep);
    this.reconciler =
        new ShareReconciler(keeper, volumes, new ShareStatusFactory(urls, plane.clock()), sessions);
    this.api =
        new ResourceApi<>(
            SharingKinds.SHARE,
            SharingKinds.API + "/shares",
            new ShareAdmission(volumes.finder(), people, plane.node()),
            plane.room());
  }

  /**
   * Holds a wish to the rules that do not depend on what else there is.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  public static void checkByItself(Name name, ShareSpec spec) {
    ShareRules.checkName(name);
    ShareRules.check(spec);
  }

  public Reconciler<ShareSpec, ShareStatus> reconciler() {
    return reconciler;
  }

  public ResourceApi<ShareSpec, ShareStatus> api() {
    return api;
  }

  /** Shares that an account may read, and finds in lists. */
  List<MemberShare> of(String account) {
    return plane.resources().all(SharingKinds.SHARE, Selection.ALL).stream()
        .filter(share -> !share.deleting() && !share.spec().hidden())
        .map(share -> MemberShare.of(share, levels.level(account, share.name())))
        .filter(share -> share.status().level() != Level.NONE)
        .toList();
  }

  /** Who may do what with shares. */
  public ShareLevels levels() {
    return levels;
  }

  Sessions sessions() {
    return sessions;
  }

  Servers servers() {
    return servers;
  }

  /** Where pages and API answer over HTTPS; empty while they do not. */
  public Optional<URI> pages() {
    return servers.pages();
  }

  /** Before the control plane starts: what it wakes is then known to have changed. */
  public void begin() {
    plane.database().subscribe(Signal.Topic.WISH, uid -> keeper.touched(UUID.fromString(uid)));
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> keeper.touched());
    plane.database().subscribe(Signal.Topic.STATUS, _ -> statusChanged());
    plane.database().subscribe(Signal.Topic.WISH, this::perhapsPeople);
  }

  /** Of people that another node looks after only their rows tell. */
  private void perhapsPeople(String uid) {
    if (!plane.nodes().alone()) {
      Thread.ofVirtual()
          .name("people-elsewhere")
          .start(() -> {
            // Of who is gone already the row tells nothing any more.
            boolean people =
                plane
                    .resources()
                    .find(UUID.fromString(uid), ResourceStore.Row::kind)
                    .map(kind ->
                        kind.equals(SharingKinds.ACCOUNT.name())
                            || kind.equals(SharingKinds.GROUP.name()))
                    .orElse(true);
            if (people) {
              peopleChanged();
            }
          });
    }
  }

  /** Once it has started. */
  public void start() {
    watch.start(set);
    sessions.start();
    daily.start();
  }

  /** Accounts or groups are otherwise than they were, or will be when that is written down. */
  public void peopleChanged() {
    peopleMoved = System.nanoTime();
    watch.wake();
  }

  /**
   * The same of a password; returns when servers know it, or after a few seconds, should one take
   * long.
   */
  public void passwordChanged() {
    peopleMoved = System.nanoTime();
    CompletableFuture<Void> told = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("password")
        .start(() -> {
          try {
            look();
          } catch (RuntimeException e) {
            watch.wake();
          } finally {
            told.complete(null);
          }
        });
    told.completeOnTimeout(null, TOLD_SECONDS, TimeUnit.SECONDS).join();
  }

  private void statusChanged() {
    if (System.nanoTime() - peopleMoved < WRITTEN_SOON_NANOS) {
      watch.wake();
    }
  }

  /** Has the shares of a volume looked at, once the transaction has committed. */
  public static void volumeChanged(Transaction transaction, String volume) {
    transaction
        .handle()
        .createQuery("select uid from resource where kind = :kind and spec ->> 'volume' = :volume")
        .bind("kind", SharingKinds.SHARE.name())
        .bind("volume", volume)
        .mapTo(UUID.class)
        .forEach(uid -> transaction.signal(Signal.Topic.WISH, uid));
  }

  /** Shares in which somebody has a directory of their own, or may have one on another node. */
  public List<Name> homesOf(Resource<AccountSpec, AccountStatus> account) {
    return Stream.concat(
            PeoplesHomes.inhabitant(account).map(homes::of).orElse(List.of()).stream(),
            homesElsewhere(account).stream().map(Resource::name))
        .toList();
  }

  /** Shares on other nodes in which somebody may have such a directory. */
  public List<Resource<ShareSpec, ShareStatus>> homesElsewhere(
      Resource<AccountSpec, AccountStatus> account) {
    return homes.elsewhere(account);
  }

  /** Shares of such directories that are away. */
  public List<Name> homesAway() {
    return homes.away();
  }

  /**
   * Puts the directories of somebody whom no server lets in any more into those of somebody else.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  public void giveHomes(
      Resource<AccountSpec, AccountStatus> from, Resource<AccountSpec, AccountStatus> to) {
    look();
    Optional<Inhabitant> owner = PeoplesHomes.inhabitant(from);
    if (owner.isPresent()) {
      homes.give(
          owner.get(),
          PeoplesHomes.inhabitant(to)
              .orElseThrow(() -> new IllegalStateException(to.name() + " has no number yet")));
    }
  }

  /**
   * Puts the directories of somebody whom no server lets in any more where they are kept for a
   * while.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  public void putHomesAway(Resource<AccountSpec, AccountStatus> account) {
    look();
    PeoplesHomes.inhabitant(account).ifPresent(leftHomes::putAway);
  }

  LeftHomeFeature leftHomes() {
    return leftHomes;
  }

  /** How many clients are connected as somebody now. */
  public long connected(Name account) {
    return sessions.now().stream().filter(session -> account.equals(session.account())).count();
  }

  private void look() {
    boolean coming = people.coming();
    keeper.touched();
    keeper.pass();
    watch.wakeIn(coming ? NUMBERED : servers.allServe() ? EVERYTHING : UNAVAILABLE);
  }

  private void lookAtSessions() {
    sessions.wake();
  }

  private void accessed(Access access) {
    keeper.accessed(access);
  }

  /** Who did what in the share, the latest first; empty when that is not written down. */
  Page<NotedAccess> accesses(Name share, Asked asked) {
    UUID uid =
        plane
            .resources()
            .find(SharingKinds.SHARE, share)
            .orElseThrow(
                () -> SharingProblem.SHARE_NOT_FOUND.because("There is no share " + share + "."))
            .uid();
    return Page.of(
        accessLogs.latest(uid, number(asked.position()), asked.limit() + 1),
        asked.limit(),
        line -> Long.toString(line.number()));
  }

  /** A place in another list is the beginning of this one. */
  private static long number(String position) {
    return position.matches("[0-9]{1,18}") ? Long.parseLong(position) : Long.MAX_VALUE;
  }

  private void sessionsChanged(Set<Name> shares) {
    for (Name share : shares) {
      plane.resources().find(SharingKinds.SHARE, share).ifPresent(found -> plane.wake(found.uid()));
    }
  }

  private void tell(List<Fact> facts) {
    plane
        .resources()
        .useTransaction(
            transaction -> facts.forEach(fact -> plane.resources().tell(transaction, fact)));
  }

  @Override
  public void close() {
    daily.close();
    sessions.close();
    watch.close();
    keeper.close();
  }
}
