package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.mounts.Homes;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directories that people have in shares of homes on this node. */
final class PeoplesHomes {
  private final ResourceStore store;
  private final String node;
  private final KnownVolumes volumes;
  private final Homes homes;

  PeoplesHomes(ResourceStore store, String node, KnownVolumes volumes, Homes homes) {
    this.store = store;
    this.node = node;
    this.volumes = volumes;
    this.homes = homes;
  }

  /** Shares in which somebody has one; also those of which nobody can say now. */
  List<Name> of(Name account) {
    return shares().stream()
        .filter(share ->
            mounted(share)
                .flatMap(volume -> homes.has(volume, ShareRules.path(share.spec().path()), account))
                .orElse(true))
        .map(Resource::name)
        .toList();
  }

  /**
   * Puts those of somebody into those of somebody else.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  void give(Inhabitant from, Inhabitant to) {
    for (Resource<ShareSpec, ShareStatus> share : shares()) {
      Path volume =
          mounted(share)
              .orElseThrow(() ->
                  new IllegalStateException(
                      "the volume of " + share.name() + " is not there to give a home away"));
      homes.give(volume, ShareRules.path(share.spec().path()), from, to);
    }
  }

  /** Shares of homes of which nothing can be given away now. */
  List<Name> away() {
    return shares().stream().filter(share -> mounted(share).isEmpty()).map(Resource::name).toList();
  }

  private List<Resource<ShareSpec, ShareStatus>> shares() {
    return store.all(SharingKinds.SHARE, Selection.on(node)).stream()
        .filter(share -> share.spec().homes() && !share.deleting())
        .toList();
  }

  private Optional<Path> mounted(Resource<ShareSpec, ShareStatus> share) {
    return volumes
        .find(share.spec().volume().value())
        .filter(volume -> volume.state() == KnownVolume.State.Ready)
        .flatMap(volume -> Optional.ofNullable(volume.mountPath()))
        .map(Path::of);
  }
}
