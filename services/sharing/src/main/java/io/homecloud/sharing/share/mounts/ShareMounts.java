package io.homecloud.sharing.share.mounts;

import io.homecloud.host.StreamHost;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountFlag;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.share.mounts.Beneath.Opened;
import io.homecloud.sharing.share.mounts.Placed.Why;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Puts directories of volumes where servers serve them, each mounted by itself: in it everything of
 * its owner belongs to {@link ServedShare#FILES_ID}, and no link is followed. What a killed process
 * left is taken over when it is right. One call at a time.
 */
public final class ShareMounts implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ShareMounts.class);
  private static final Set<MountFlag> ALWAYS =
      Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_SYMLINK_FOLLOW);

  private final Mounts mounts = new Mounts();
  private final MountHolders holders = new MountHolders();
  private final Owners owners;

  public ShareMounts(StreamHost host) {
    this.owners = new Owners(host);
  }

  /**
   * What is to be mounted.
   *
   * @param volume where the volume is mounted
   * @param inside the directory in it
   * @param owner whose files they are on disk
   * @param missing what to do when it is not there
   */
  public record Wish(
      Path volume, RelativePath inside, FileOwner owner, Missing missing, boolean readOnly) {}

  /** What to do about a directory that is not there. */
  public enum Missing {
    /** Say so. */
    SAY,
    /** Make it, and what it is in, for everybody to look into. */
    MAKE,
    /** Make it for its owner alone; it has to be its owner's. */
    MAKE_HOME;

    int mode() {
      return this == MAKE_HOME ? 0700 : 0755;
    }
  }

  /** Sees to it that the directory is mounted at the place, and nothing else. */
  public Placed place(Path target, Wish wish) {
    return switch (Beneath.top(wish.volume())) {
      case Opened.Not(Why why, String sentence) -> new Placed.Not(why, sentence);
      case Opened.Here(Descriptor top) -> {
        try (top) {
          Opened opened =
              wish.missing() == Missing.SAY
                  ? Beneath.open(top, wish.inside())
                  : Beneath.make(top, wish.inside(), wish.owner(), wish.missing().mode());
          yield switch (opened) {
            case Opened.Not(Why why, String sentence) -> new Placed.Not(why, sentence);
            case Opened.Here(Descriptor source) -> {
              try (source) {
                yield place(target, source, wish);
              }
            }
          };
        }
      }
    };
  }

  /**
   * Mounts a directory of ours read-only, whoever owns it; in it what is the owner's is shown as
   * everywhere.
   */
  Placed placeAsIs(Path target, Path directory, FileOwner owner) {
    if (DirectoryMount.isAt(target)
        && Beneath.sameFile(target, directory)
        && DirectoryMount.flagsAt(target).containsAll(ALWAYS)) {
      return new Placed.There(target);
    }
    byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
    int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
    long answer = FileCalls.open(Descriptor.AT_FDCWD, path, flags, 0, 0);
    if (answer < 0) {
      return new Placed.Not(Why.DirectoryMissing, "There is no directory " + directory + ".");
    }
    try (Descriptor source = new Descriptor(answer)) {
      return mount(target, source, owner, true);
    }
  }

  private Placed place(Path target, Descriptor source, Wish wish) {
    if (wish.missing() == Missing.MAKE_HOME && !isHome(source, wish.owner())) {
      FileOwner other = Beneath.owner(Beneath.path(source));
      return new Placed.Not(
          Why.WrongOwner,
          "%s belongs to user %d and not to %d."
              .formatted(wish.inside(), other.uid(), wish.owner().uid()));
    }
    boolean alone = DirectoryMount.isAt(target);
    if (alone && right(target, source, wish)) {
      return DirectoryMount.flagsAt(target).contains(MountFlag.READ_ONLY) == wish.readOnly()
          ? new Placed.There(target)
          : change(target, wish.readOnly());
    }
    return mount(target, source, wish.owner(), wish.readOnly());
  }

  /** As it stands: who reads there goes on reading. */
  private static Placed change(Path target, boolean readOnly) {
    return switch (DirectoryMount.readOnly(target, readOnly)) {
      case MountResult.Done _ -> new Placed.There(target);
      case MountResult.Refused(Errno errno, _) when errno == Errno.EBUSY ->
          new Placed.Written(target);
      case MountResult.Refused(_, String reason) -> new Placed.Not(Why.MountRefused, reason + ".");
    };
  }

  private Placed mount(Path target, Descriptor source, FileOwner owner, boolean readOnly) {
    if (remove(target) instanceof Placed.Busy busy) {
      return busy;
    }
    try {
      Files.createDirectories(target);
      MountResult mounted =
          DirectoryMount.mount(source.number(), target, owners.of(owner), readOnly);
      return switch (mounted) {
        case MountResult.Done _ -> new Placed.There(target);
        case MountResult.Refused(_, String reason) ->
            new Placed.Not(Why.MountRefused, reason + ".");
      };
    } catch (IOException e) {
      return new Placed.Not(Why.MountRefused, e.getMessage() + ".");
    }
  }

  /** Also one that was made just before a crash is given to its owner. */
  private static boolean isHome(Descriptor directory, FileOwner owner) {
    Path place = Beneath.path(directory);
    FileOwner now = Beneath.owner(place);
    if (now.uid() == owner.uid()) {
      return true;
    }
    if (now.equals(FileOwner.ROOT) && isEmpty(place)) {
      Beneath.give(directory, owner, Missing.MAKE_HOME.mode());
      return true;
    }
    return false;
  }

  private static boolean isEmpty(Path directory) {
    try (var entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The same directory, seen as it has to be, whether it can be written or not. That it is mapped
   * is told by its owner; a directory of a stranger's tells nothing and is mounted anew.
   */
  private static boolean right(Path target, Descriptor source, Wish wish) {
    Set<MountFlag> flags = DirectoryMount.flagsAt(target);
    return Beneath.sameFile(target, Beneath.path(source))
        && flags.containsAll(ALWAYS)
        && Beneath.owner(Beneath.path(source)).equals(wish.owner())
        && Beneath.owner(target).equals(new FileOwner(ServedShare.FILES_ID, ServedShare.FILES_ID));
  }

  /** Unmounts what is mounted at the place, never while it is used. */
  public Placed remove(Path target) {
    while (DirectoryMount.isAt(target)) {
      if (mounts.unmount(target.toString()) instanceof MountResult.Refused(Errno errno, _)
          && errno != Errno.EINVAL) {
        return new Placed.Busy(target, holders(target));
      }
    }
    return new Placed.Away();
  }

  private List<Holder> holders(Path target) {
    return mounts.list().stream()
        .filter(mount -> mount.mountPoint().equals(target.toString()))
        .reduce((_, last) -> last)
        .map(Mount::id)
        .map(id -> holders.of(mount -> mount.id() == id))
        .orElse(List.of());
  }

  /**
   * Takes away a directory of ours with all that is mounted below it; what somebody uses stays, and
   * what is no mount or link of ours.
   */
  public Placed clear(Path directory) {
    List<Path> mounted =
        mounts.list().stream()
            .map(Mount::mountPoint)
            .filter(
                point -> point.startsWith(directory + "/") || point.equals(directory.toString()))
            .map(Path::of)
            .distinct()
            .toList();
    for (Path point : mounted.reversed()) {
      if (remove(point) instanceof Placed.Busy busy) {
        return busy;
      }
    }
    deleteEmpty(directory);
    return new Placed.Away();
  }

  /** Only empty directories and links: never a file of anybody, whatever is mounted meanwhile. */
  private static void deleteEmpty(Path directory) {
    if (Files.isSymbolicLink(directory) || !Files.isDirectory(directory)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isSymbolicLink(entry)) {
          Files.delete(entry);
        } else if (!DirectoryMount.isAt(entry)) {
          deleteEmpty(entry);
        }
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // Somebody put something there, which is not ours to take away.
      LOG.debugf("%s stays: %s", directory, e.getMessage());
    }
  }

  @Override
  public void close() {
    owners.close();
  }
}
