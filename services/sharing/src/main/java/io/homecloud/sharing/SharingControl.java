package io.homecloud.sharing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.ask.ThisProcess;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.sign.EndedSignInRows;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.control.sign.ServiceTokens;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.SecretsOfAll;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Signal;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.outbox.ChannelSender;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.account.Departure;
import io.homecloud.sharing.kept.HouseKeeper;
import io.homecloud.sharing.leaving.Leaving;
import io.homecloud.sharing.link.GuestLinks;
import io.homecloud.sharing.serving.ShareServers;
import io.homecloud.sharing.share.ShareFeature;
import io.homecloud.sharing.volume.KnownRows;
import io.homecloud.sharing.volume.VolumeFeature;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Sharing, assembled: its features, and the control plane that drives them. */
@ApplicationScoped
public class SharingControl {
  private final ControlPlane plane;
  private final EndedSignInRows endedSignIns;
  private final PeopleFeature people;
  private final VolumeFeature volumeFeature;
  private final ShareFeature shareFeature;
  private final Leaving leaving;
  private final GuestLinks guestLinks;
  private final HouseKeeper keeper;
  private final SecretsOfAll passwords;
  private final Optional<URI> publicUrl;

  SharingControl(
      SharingConfig config,
      ObjectMapper json,
      Clock clock,
      EndedSignIns ended,
      ServiceTokens tokens,
      ShareServers servers,
      @DataSource("sharing") javax.sql.DataSource source,
      @Channel("sharing-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out,
      Outside outside) {
    KnownRows rows = new KnownRows(clock);
    this.plane =
        new ControlPlane(
            "sharing",
            config.node(),
            source,
            json,
            clock,
            new ChannelSender(out),
            handlers(rows),
            outside);
    this.volumeFeature =
        new VolumeFeature(
            plane, config.data(), rows, ShareFeature::volumeChanged, config.storageUrl(), tokens);
    this.endedSignIns = new EndedSignInRows(plane.database(), "sharing", clock, ended);
    this.people = new PeopleFeature(config, plane, ended, this::carryOut);
    KnownPeople known = new KnownPeople(people, plane.resources());
    this.shareFeature = new ShareFeature(config, plane, volumeFeature, known, servers);
    people.onChange(shareFeature::peopleChanged);
    plane.useSecrets(
        SharingKinds.ACCOUNT,
        people
            .accountFeature()
            .secrets(account -> {
              plane.wake(account);
              shareFeature.passwordChanged();
            }));
    this.passwords =
        outside.newestOnAllNodes(
            "passwords",
            people
                .accountFeature()
                .passwords(account -> {
                  plane.wake(account);
                  shareFeature.peopleChanged();
                }));
    people.passwords().onSet(passwords::wake);
    this.leaving = new Leaving(plane, people.sessions(), shareFeature);
    this.guestLinks =
        new GuestLinks(
            config, plane, shareFeature.levels(), volumeFeature::storageUrl, tokens::token);
    this.keeper = people.keeper(volumeFeature.client(), guestLinks.kept());
    guestLinks.onChange(keeper::wake);
    this.publicUrl = config.publicUrl();
  }

  private Map<String, Inbox.Handler> handlers(KnownRows rows) {
    Map<String, Inbox.Handler> handlers =
        new HashMap<>(VolumeFeature.handlers(rows, ShareFeature::volumeChanged));
    handlers.put(
        Fact.typeOf(StorageFact.PoolCreated.class),
        (transaction, _) -> transaction.signal(Signal.Topic.NODE, ""));
    return handlers;
  }

  private Optional<Departure.NotYet> carryOut(Resource<AccountSpec, AccountStatus> account) {
    // First: what it throws while nobody can be told is tried again.
    passwords.remove(account.uid().toString());
    return leaving.carryOut(account);
  }

  void start(@Observes StartupEvent started) {
    endedSignIns.start();
    people.keys().start();
    shareFeature.begin();
    // An account may have come whose password is here.
    plane.database().subscribe(Signal.Topic.WISH, _ -> passwords.wake());
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> passwords.wake());
    List<Reconciler<?, ?>> reconcilers = new ArrayList<>(people.reconcilers());
    reconcilers.add(shareFeature.reconciler());
    reconcilers.add(guestLinks.reconciler());
    plane.start(reconcilers, List.of());
    shareFeature.start();
    passwords.start();
    guestLinks.start();
  }

  /** From now on storage answers too, when it is in the same process. */
  void answering(@ObservesAsync HttpServerStart answers) {
    volumeFeature.start(ThisProcess::url);
    keeper.start();
  }

  public Leaving leaving() {
    return leaving;
  }

  public HouseKeeper keeper() {
    return keeper;
  }

  void stop(@Observes ShutdownEvent stopping) {
    passwords.close();
    guestLinks.close();
    keeper.close();
    volumeFeature.close();
    endedSignIns.close();
    plane.close();
    shareFeature.close();
  }

  public ControlPlane plane() {
    return plane;
  }

  public PeopleFeature people() {
    return people;
  }

  public ShareFeature shareFeature() {
    return shareFeature;
  }

  public GuestLinks guestLinks() {
    return guestLinks;
  }

  /**
   * Where people find the pages, without a slash at its end: where the setting says, or where who
   * asks has found them, or over HTTPS when that was without.
   */
  public String pageUrl(UriInfo asked) {
    URI here = asked.getBaseUri();
    URI base =
        publicUrl
            .or(() -> "https".equals(here.getScheme()) ? Optional.empty() : shareFeature.pages())
            .orElse(here);
    return base.getScheme() + "://" + base.getRawAuthority();
  }
}
