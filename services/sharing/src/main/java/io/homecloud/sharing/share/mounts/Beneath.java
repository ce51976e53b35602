package io.homecloud.sharing.share.mounts;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.share.mounts.Placed.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Directories inside a volume, reached without following a link or leaving it by a mount, whatever
 * its users put there and rename meanwhile.
 */
final class Beneath {
  private static final int PLACE = FileCalls.O_PATH | FileCalls.O_DIRECTORY;

  /** The kernel asks to try again when a rename anywhere came between. */
  private static final int TRIES = 16;

  private Beneath() {}

  /** An open directory, or why there is none. */
  sealed interface Opened {
    record Here(Descriptor directory) implements Opened {}

    record Not(Why why, String sentence) implements Opened {}
  }

  /** The top of what is mounted at a place; of an unmounted place nothing. */
  static Opened top(Path volume) {
    long answer = FileCalls.open(Descriptor.AT_FDCWD, bytes(volume.toString()), PLACE, 0, 0);
    if (answer < 0) {
      return notMounted();
    }
    Descriptor opened = new Descriptor(answer);
    // Looked at after it was opened: what was opened may be what the mount covered.
    if (!DirectoryMount.isAt(volume) || !sameFile(path(opened), volume)) {
      opened.close();
      return notMounted();
    }
    return new Opened.Here(opened);
  }

  private static Opened notMounted() {
    return new Opened.Not(Why.VolumeNotMounted, "The volume is not mounted now.");
  }

  static Opened open(Descriptor top, RelativePath inside) {
    byte[] path = inside.isTop() ? bytes(".") : inside.bytes();
    long answer = -Errno.EAGAIN.number();
    for (int i = 0; i < TRIES && Errno.EAGAIN.is(answer); i++) {
      answer = FileCalls.open(top.number(), path, PLACE, 0, FileCalls.BENEATH);
    }
    return answer >= 0 ? new Opened.Here(new Descriptor(answer)) : refused(answer, inside);
  }

  private static Opened.Not refused(long answer, RelativePath inside) {
    String place = inside.isTop() ? "the top of the volume" : inside.toString();
    return switch (Errno.of(answer)) {
      case ENOENT -> new Opened.Not(Why.DirectoryMissing, "There is no directory " + place + ".");
      case ENOTDIR -> new Opened.Not(Why.NotADirectory, place + " is not a directory.");
      case ELOOP, EXDEV ->
          new Opened.Not(
              Why.LinkInPath,
              "On the way to " + place + " is a link or a mount, which is not followed.");
      default ->
          new Opened.Not(
              Why.MountRefused, place + " cannot be opened: " + Errno.of(answer).text() + ".");
    };
  }

  /** Makes every directory of the way that is missing, for that owner. */
  static Opened make(Descriptor top, RelativePath inside, FileOwner owner, int mode) {
    Opened found = open(top, inside);
    if (!(found instanceof Opened.Not(Why why, _)) || why != Why.DirectoryMissing) {
      return found;
    }
    return switch (make(top, inside.parent(), owner, mode)) {
      case Opened.Not not -> not;
      case Opened.Here(Descriptor parent) -> {
        try (parent) {
          byte[] name = inside.name().bytes();
          long made = FileCalls.makeDirectory(parent.number(), name, 0700);
          if (made < 0 && !Errno.EEXIST.is(made)) {
            yield refusedToMake(made, inside);
          }
          Opened fresh = open(top, inside);
          if (fresh instanceof Opened.Here(Descriptor directory)) {
            give(directory, owner, mode);
          }
          yield fresh;
        }
      }
    };
  }

  private static Opened.Not refusedToMake(long answer, RelativePath inside) {
    return new Opened.Not(
        Why.MountRefused, inside + " cannot be made: " + Errno.of(answer).text() + ".");
  }

  static void give(Descriptor directory, FileOwner owner, int mode) {
    // Whose it is comes last: until then it is seen that this was not done.
    FileCalls.chmod(directory, mode);
    FileCalls.chown(directory, owner.uid(), owner.gid());
  }

  static Path path(Descriptor opened) {
    return Path.of(new String(opened.path(), StandardCharsets.US_ASCII));
  }

  static boolean sameFile(Path one, Path other) {
    @Nullable Map<String, Object> identity = identity(one);
    return identity != null && identity.equals(identity(other));
  }

  private static @Nullable Map<String, Object> identity(Path file) {
    try {
      return Files.readAttributes(file, "unix:dev,ino");
    } catch (IOException e) {
      return null;
    }
  }

  /** Who owns what is there, as seen from there. */
  static FileOwner owner(Path file) {
    try {
      Map<String, Object> owner = Files.readAttributes(file, "unix:uid,gid");
      return new FileOwner(number(owner, "uid"), number(owner, "gid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
