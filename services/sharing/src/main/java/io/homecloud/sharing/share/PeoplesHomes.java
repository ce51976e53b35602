package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.share.mounts.Homes;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import io.homecloud.sharing.share.mounts.LeftHomes;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The directories that people have in shares of homes on this node. */
final class PeoplesHomes {
  private static final Logger LOG = Logger.getLogger(PeoplesHomes.class);

  private final ResourceStore store;
  private final String node;
  private final KnownVolumes volumes;
  private final Homes homes;
  private final LeftHomes left;

  PeoplesHomes(
      ResourceStore store, String node, KnownVolumes volumes, Homes homes, LeftHomes left) {
    this.store = store;
    this.node = node;
    this.volumes = volumes;
    this.homes = homes;
    this.left = left;
  }

  /** Shares in which somebody has one; also those of which nobody can say now. */
  List<Name> of(Inhabitant who) {
    return shares().stream()
        .filter(share ->
            mounted(share)
                .flatMap(volume -> homes.has(volume, ShareRules.path(share.spec().path()), who))
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

  /**
   * Puts those of somebody away, where {@link #left} finds them.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  void putAway(Inhabitant who, Instant at) {
    for (Resource<ShareSpec, ShareStatus> share : shares()) {
      Path volume =
          mounted(share)
              .orElseThrow(() ->
                  new IllegalStateException(
                      "the volume of " + share.name() + " is not there to put a home away"));
      left.put(volume, ShareRules.path(share.spec().path()), who, at);
    }
  }

  /** One that was put away, and in which share. */
  record Away(Name share, LeftHomes.Left home) {}

  /** Those that were put away, of shares that are here now. */
  List<Away> left() {
    return places()
        .flatMap(place ->
            left.all(place.volume(), place.inside()).stream()
                .map(home -> new Away(place.share(), home)))
        .toList();
  }

  /**
   * Puts one into the directory of somebody.
   *
   * @return false when there is none
   * @throws IllegalStateException when it cannot be done now
   */
  boolean give(Away away, Inhabitant to) {
    return places()
        .filter(place -> place.share().equals(away.share()))
        .anyMatch(place -> left.give(place.volume(), place.inside(), away.home(), to));
  }

  /** Deletes for good what was put away at a time that is long ago. */
  void sweep(Predicate<Instant> longAgo) {
    places()
        .forEach(place -> {
          for (LeftHomes.Left gone : left.sweep(place.volume(), place.inside(), longAgo)) {
            LOG.infof(
                "the directory that %s left in %s is gone for good", gone.account(), place.share());
          }
        });
  }

  /** Empty as long as it has no number. */
  static Optional<Inhabitant> inhabitant(Resource<AccountSpec, AccountStatus> account) {
    return Optional.ofNullable(account.status())
        .flatMap(status -> Optional.ofNullable(status.uid()))
        .map(id -> new Inhabitant(account.name(), id));
  }

  private record Place(Name share, Path volume, RelativePath inside) {}

  private Stream<Place> places() {
    return shares().stream()
        .flatMap(share ->
            mounted(share).stream()
                .map(volume ->
                    new Place(share.name(), volume, ShareRules.path(share.spec().path()))));
  }

  /** Shares of homes of which nothing can be given away now. */
  List<Name> away() {
    return shares().stream().filter(share -> mounted(share).isEmpty()).map(Resource::name).toList();
  }

  /** Shares of homes on other nodes in which somebody may have one: only those nodes can say. */
  List<Resource<ShareSpec, ShareStatus>> elsewhere(Resource<AccountSpec, AccountStatus> account) {
    return store.all(SharingKinds.SHARE, Selection.ALL).stream()
        .filter(share -> share.spec().homes() && !share.deleting() && !share.node().equals(node))
        .filter(share -> ShareLevels.level(share.spec(), account) != Level.NONE)
        .toList();
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
