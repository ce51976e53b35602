package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.link.LinkPlace;
import io.homecloud.sharing.link.LinkShares;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who may do what with shares, by the same rules that servers get. */
public final class ShareLevels implements LinkShares {
  /** The subject of the machine's own tokens. */
  private static final String MACHINE = "root";

  private final ResourceStore store;
  private final KnownVolumes volumes;

  public ShareLevels(ResourceStore store, KnownVolumes volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  @Override
  public Optional<UUID> uid(Name share) {
    return share(share).map(Resource::uid);
  }

  private Optional<Resource<ShareSpec, ShareStatus>> share(Name share) {
    return store.find(SharingKinds.SHARE, share).filter(found -> !found.deleting());
  }

  @Override
  public Optional<Shared> find(Name share, String who) {
    return share(share)
        .flatMap(found -> {
          Optional<KnownVolume> volume = volumes.find(found.spec().volume().value());
          return place(found.spec(), volume, who)
              .map(place ->
                  new Shared(
                      found.uid(),
                      share,
                      volume.map(KnownVolume::uid).orElse(null),
                      place,
                      volume.isPresent() && (found.ready() || files(found))));
        });
  }

  /** Of homes that of the account, which is its own and nobody else's. */
  private Optional<LinkPlace> place(ShareSpec spec, Optional<KnownVolume> volume, String who) {
    RelativePath directory = ShareRules.path(spec.path());
    if (!spec.homes()) {
      String owner = volume.map(KnownVolume::owner).orElse(KnownVolume.ROOT);
      return Optional.of(new LinkPlace(spec.volume(), owner, directory));
    }
    return account(who)
        .flatMap(PeoplesHomes::inhabitant)
        .map(own ->
            new LinkPlace(
                spec.volume(),
                own.id() + ":" + own.id(),
                directory.resolve(RelativePath.of(own.name().value()))));
  }

  private Optional<Resource<AccountSpec, AccountStatus>> account(String who) {
    return Name.valid(who) ? store.find(SharingKinds.ACCOUNT, new Name(who)) : Optional.empty();
  }

  /** Guests of a link come by no server: none has to run, nor to let anybody in. */
  private static boolean files(Resource<ShareSpec, ShareStatus> share) {
    return Conditions.find(share.conditions(), Condition.READY)
        .map(Condition::reason)
        .filter(reason -> reason.equals(ShareStatus.NOBODY) || reason.equals(ShareStatus.SERVER))
        .isPresent();
  }

  @Override
  public Level level(String who, Name share) {
    Optional<ShareSpec> spec = store.find(SharingKinds.SHARE, share).map(Resource::spec);
    if (spec.isEmpty()) {
      return Level.NONE;
    }
    if (who.equals(MACHINE)) {
      return spec.get().readOnly() ? Level.READ : Level.WRITE;
    }
    return account(who)
        .filter(account -> !account.deleting() && !account.spec().disabled())
        .map(account -> level(spec.get(), account))
        .orElse(Level.NONE);
  }

  static Level level(ShareSpec spec, Resource<AccountSpec, AccountStatus> account) {
    return Grant.most(
        spec.access().stream().map(AccessRule::grant).toList(),
        spec.guestLevel(),
        spec.readOnly(),
        account.name(),
        Set.copyOf(account.spec().groups()));
  }
}
