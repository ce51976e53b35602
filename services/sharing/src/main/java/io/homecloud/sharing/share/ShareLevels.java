package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.link.LinkShares;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import java.util.Optional;
import java.util.Set;

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
  public Optional<Shared> find(Name share) {
    return store
        .find(SharingKinds.SHARE, share)
        .filter(found -> !found.deleting() && !found.spec().homes())
        .map(found ->
            new Shared(
                found.uid(),
                share,
                found.spec().volume(),
                volumes.find(found.spec().volume().value()).map(KnownVolume::uid).orElse(null),
                ShareRules.path(found.spec().path()),
                found.ready() || files(found)));
  }

  /** Guests of a link ask no server whom it lets in. */
  private static boolean files(Resource<ShareSpec, ShareStatus> share) {
    return Conditions.find(share.conditions(), Condition.READY)
        .filter(ready -> ready.reason().equals(ShareStatus.NOBODY))
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
    return Name.valid(who)
        ? store
            .find(SharingKinds.ACCOUNT, new Name(who))
            .filter(account -> !account.deleting() && !account.spec().disabled())
            .map(account -> level(spec.get(), account))
            .orElse(Level.NONE)
        : Level.NONE;
  }

  private static Level level(ShareSpec spec, Resource<AccountSpec, AccountStatus> account) {
    return Grant.most(
        spec.access().stream().map(AccessRule::grant).toList(),
        spec.guestLevel(),
        spec.readOnly(),
        account.name(),
        Set.copyOf(account.spec().groups()));
  }
}
