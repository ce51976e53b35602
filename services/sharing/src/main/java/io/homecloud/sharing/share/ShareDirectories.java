package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.share.mounts.FileOwner;
import io.homecloud.sharing.share.mounts.Placed;
import io.homecloud.sharing.share.mounts.ShareMounts;
import io.homecloud.sharing.share.mounts.ShareMounts.Missing;
import io.homecloud.sharing.share.mounts.SnapshotView;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts what a share serves in its place below the directory of all shares. */
final class ShareDirectories implements AutoCloseable {
  /** The reason of what is in place still, because somebody uses it. */
  static final String BUSY = "DirectoryBusy";

  private static final String HOME_MISSING = "HomeMissing";
  private static final String FILES = "files";
  private static final String HOMES = "homes";
  private static final String SNAPSHOTS = "snapshots";

  private final Path root;
  private final ShareMounts mounts;
  private final SnapshotView snapshots;
  private final KnownVolumes known;

  ShareDirectories(Path root, ShareMounts mounts, KnownVolumes known) {
    this.root = root;
    this.mounts = mounts;
    this.snapshots = new SnapshotView(mounts);
    this.known = known;
  }

  Path of(Name share) {
    return root.resolve(share.value());
  }

  /** The share with its directories, or why not. */
  ShareLine prepare(
      Resource<ShareSpec, ShareStatus> share, @Nullable KnownVolume volume, List<Person> people) {
    if (share.deleting()) {
      return new ShareLine.Going();
    }
    String name = share.spec().volume().value();
    if (volume == null) {
      return new ShareLine.Not(
          "VolumeUnknown", "There is no volume called " + name + " here.", null, false);
    }
    return switch (volume.state()) {
      case Unavailable ->
          not(volume, "VolumeNotReady", "Volume " + name + " is not there now.", false);
      case Trashed -> not(volume, "VolumeTrashed", "Volume " + name + " is in the trash.", false);
      case Leaving ->
          not(volume, "VolumeLeaving", "Volume " + name + " is being taken away.", true);
      case Ready ->
          volume.mountPath() == null
              ? not(volume, "VolumeNotReady", "Volume " + name + " is not mounted.", true)
              : place(share, volume, Path.of(volume.mountPath()), people);
    };
  }

  private static ShareLine.Not not(
      KnownVolume volume, String reason, String sentence, boolean soon) {
    String more = volume.message() == null ? "" : " " + volume.message();
    return new ShareLine.Not(reason, sentence + more, volume.uid(), soon);
  }

  private ShareLine place(
      Resource<ShareSpec, ShareStatus> share,
      KnownVolume volume,
      Path mounted,
      List<Person> people) {
    ShareSpec spec = share.spec();
    RelativePath inside = ShareRules.path(spec.path());
    String directory = volume.uid() + "/" + inside;
    boolean wasThere = share.status() != null && directory.equals(share.status().directory());
    ShareMounts.Wish wish =
        new ShareMounts.Wish(
            mounted,
            inside,
            FileOwner.parse(volume.owner()),
            wasThere ? Missing.SAY : Missing.MAKE,
            spec.readOnly());
    Path files = of(share.name()).resolve(FILES);
    return switch (mounts.place(files, wish)) {
      case Placed.There _ -> served(share, volume, wish, directory, people, new ArrayList<>());
      // Servers let nobody write any more, and end those who do.
      case Placed.Written _ ->
          served(share, volume, wish, directory, people, new ArrayList<>(List.of(written())));
      case Placed.Not(Placed.Why why, String sentence) ->
          new ShareLine.Not(why.name(), sentence, volume.uid(), why == Placed.Why.VolumeNotMounted);
      case Placed.Busy busy -> new ShareLine.Not(BUSY, busy.sentence(), volume.uid(), true);
      case Placed.Away _ -> throw new IllegalStateException("placed and not there: " + files);
    };
  }

  /** It is to be read-only and is not yet. */
  private static ShareLine.Lack written() {
    return new ShareLine.Lack("StillWritten", "Somebody has files open for writing still.", true);
  }

  private ShareLine served(
      Resource<ShareSpec, ShareStatus> share,
      KnownVolume volume,
      ShareMounts.Wish wish,
      String directory,
      List<Person> people,
      List<ShareLine.Lack> lacking) {
    ServedShare plain = share(share, Map.of(), null);
    Map<Name, Path> homes = share.spec().homes() ? homes(plain, wish, people, lacking) : Map.of();
    removeHomesBut(share.name(), homes.keySet());
    @Nullable Path views = views(share, volume, wish, owners(homes, people), lacking);
    return new ShareLine.Servable(share(share, homes, views), volume.uid(), directory, lacking);
  }

  private ServedShare share(
      Resource<ShareSpec, ShareStatus> share, Map<Name, Path> homes, @Nullable Path views) {
    ShareSpec spec = share.spec();
    NfsWish nfs = spec.nfs();
    RecycleBin bin = spec.recycleBin();
    TimeMachine macs = spec.timeMachine();
    return new ServedShare(
        share.uid(),
        share.name(),
        of(share.name()).resolve(FILES),
        spec.homes(),
        homes,
        Set.copyOf(spec.protocols()),
        spec.access().stream().map(AccessRule::grant).toList(),
        spec.guestLevel(),
        nfs == null ? null : nfs.rule(),
        (spec.smb() == null ? new SmbWish(null, null) : spec.smb()).rule(),
        spec.readOnly(),
        spec.hidden(),
        bin == null ? OptionalInt.empty() : OptionalInt.of(bin.days()),
        views,
        macs == null ? OptionalLong.empty() : OptionalLong.of(macs.bytes()),
        spec.accessLog());
  }

  private Map<Name, Path> homes(
      ServedShare share, ShareMounts.Wish wish, List<Person> people, List<ShareLine.Lack> lacking) {
    Map<Name, Path> homes = new HashMap<>();
    for (Person person : people) {
      if (!person.enabled() || share.level(person) == Level.NONE) {
        continue;
      }
      byte[] name = person.name().value().getBytes(StandardCharsets.UTF_8);
      ShareMounts.Wish home =
          new ShareMounts.Wish(
              wish.volume(),
              wish.inside().resolve(RelativePath.of(name)),
              new FileOwner(person.id(), person.id()),
              Missing.MAKE_HOME,
              wish.readOnly());
      Path place = of(share.name()).resolve(HOMES).resolve(person.name().value());
      switch (mounts.place(place, home)) {
        case Placed.There _ -> homes.put(person.name(), place);
        case Placed.Written _ -> {
          homes.put(person.name(), place);
          lacking.add(written());
        }
        case Placed.Not(_, String sentence) ->
            lacking.add(new ShareLine.Lack(HOME_MISSING, "Of " + person.name() + ": " + sentence));
        case Placed.Busy busy ->
            lacking.add(
                new ShareLine.Lack(
                    HOME_MISSING, "Of " + person.name() + ": " + busy.sentence(), true));
        case Placed.Away _ -> throw new IllegalStateException("placed and not there: " + place);
      }
    }
    return homes;
  }

  private void removeHomesBut(Name share, Set<Name> wished) {
    for (Path home : entries(of(share).resolve(HOMES))) {
      String name = home.getFileName().toString();
      if (!Name.valid(name) || !wished.contains(new Name(name))) {
        var _ = mounts.clear(home); // what is in use goes the next time
      }
    }
  }

  private static Map<String, FileOwner> owners(Map<Name, Path> homes, List<Person> people) {
    Map<String, FileOwner> owners = new HashMap<>();
    for (Person person : people) {
      if (homes.containsKey(person.name())) {
        owners.put(person.name().value(), new FileOwner(person.id(), person.id()));
      }
    }
    return owners;
  }

  private @Nullable Path views(
      Resource<ShareSpec, ShareStatus> share,
      KnownVolume volume,
      ShareMounts.Wish wish,
      Map<String, FileOwner> homes,
      List<ShareLine.Lack> lacking) {
    Path place = of(share.name()).resolve(SNAPSHOTS);
    if (!share.spec().previousVersions()) {
      snapshots.forget(place);
      if (Files.exists(place)) {
        var _ = mounts.clear(place);
      }
      return null;
    }
    List<KnownSnapshot> all = known.snapshots(volume.uid());
    Optional<SnapshotView.Problem> problem =
        share.spec().homes()
            ? snapshots.showHomes(place, all, wish.inside(), homes)
            : snapshots.show(place, all, wish.inside(), wish.owner());
    problem.ifPresent(why ->
        lacking.add(new ShareLine.Lack("PreviousVersionsMissing", why.sentence(), why.busy())));
    return problem.isPresent() ? null : place;
  }

  /** Takes everything of the share out of its place. */
  Placed clear(Name share) {
    snapshots.forget(of(share).resolve(SNAPSHOTS));
    return mounts.clear(of(share));
  }

  /** Takes away what belongs to no share; names whose directories are not among those given. */
  void clearBut(Set<Name> shares) {
    Set<String> names = shares.stream().map(Name::value).collect(Collectors.toSet());
    for (Path directory : entries(root)) {
      if (!names.contains(Objects.requireNonNull(directory.getFileName()).toString())) {
        var _ = mounts.clear(directory);
      }
    }
  }

  private static List<Path> entries(Path directory) {
    if (!Files.isDirectory(directory) || DirectoryMount.isAt(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    mounts.close();
  }
}
