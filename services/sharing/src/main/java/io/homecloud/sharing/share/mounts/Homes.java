package io.homecloud.sharing.share.mounts;

import io.homecloud.control.Name;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.share.mounts.Beneath.Opened;
import io.homecloud.sharing.share.mounts.Placed.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** The directories of people on disk, where a share has one for each. */
public final class Homes {
  /** Millions of files have their owner changed within it. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private static final int MOST_NAMES = 100;

  /** Why a name is that of no directory that anybody was ever served. */
  private static final Set<Why> NOBODYS =
      Set.of(Why.DirectoryMissing, Why.NotADirectory, Why.LinkInPath);

  private final Host host;

  public Homes(Host host) {
    this.host = host;
  }

  /**
   * Somebody with a directory.
   *
   * @param id whose the files in it are on disk
   */
  public record Inhabitant(Name name, int id) {}

  /** Whether somebody has a directory there; empty when nobody can say now. */
  public Optional<Boolean> has(Path volume, RelativePath inside, Inhabitant who) {
    return switch (Beneath.top(volume)) {
      case Opened.Not _ -> Optional.empty();
      case Opened.Here(Descriptor top) -> {
        try (top) {
          yield switch (Beneath.open(top, inside.resolve(path(who.name())))) {
            case Opened.Not(Why why, _) ->
                why == Why.DirectoryMissing ? Optional.of(false) : Optional.empty();
            case Opened.Here(Descriptor home) -> {
              try (home) {
                yield Optional.of(owner(home) == who.id());
              }
            }
          };
        }
      }
    };
  }

  static RelativePath path(Name name) {
    return RelativePath.of(name.value());
  }

  /**
   * Puts somebody's directory into that of somebody else, under the name of who had it; what was
   * theirs in it is the other's then. Nobody may be let into it meanwhile. May be repeated; nothing
   * is done when there is none that is theirs.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  public void give(Path volume, RelativePath inside, Inhabitant from, Inhabitant to) {
    try (Descriptor top = here(Beneath.top(volume));
        Descriptor all = here(Beneath.open(top, inside))) {
      // Interrupted before it was moved, it is the other's already.
      Optional<Descriptor> found =
          find(all, from.name(), owner -> owner == from.id() || owner == to.id());
      if (found.isPresent()) {
        try (Descriptor old = found.get();
            Descriptor next = home(all, to)) {
          own(old, from.id(), to.id());
          move(all, from.name(), next);
        }
      }
      sync(all);
    }
  }

  /**
   * Brings what was moved to the disk, also when it was moved the time before: whoever hears that
   * it was takes it for done.
   */
  static void sync(Descriptor all) {
    // Of what is opened as a place alone the kernel brings nothing.
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
    long done = FileCalls.open(Descriptor.AT_FDCWD, all.path(), flags, 0, 0);
    if (done >= 0) {
      try (Descriptor here = new Descriptor(done)) {
        done = FileCalls.syncFileSystem(here.number());
      }
    }
    if (done < 0) {
      throw new IllegalStateException("it is not on the disk: " + Errno.of(done).text());
    }
    // What the kernel has given up it brings nothing to, and says nothing.
    if (!Files.isWritable(Beneath.path(all))) {
      throw new IllegalStateException("it is not on the disk, which can only be read now");
    }
  }

  /**
   * The directory of that name, when it is somebody's: one who was called the same may have left
   * theirs there.
   */
  static Optional<Descriptor> find(Descriptor all, Name name, IntPredicate theirs) {
    Opened found = Beneath.open(all, path(name));
    if (found instanceof Opened.Not(Why why, _) && NOBODYS.contains(why)) {
      return Optional.empty();
    }
    Descriptor directory = here(found);
    if (theirs.test(owner(directory))) {
      return Optional.of(directory);
    }
    directory.close();
    return Optional.empty();
  }

  private static int owner(Descriptor directory) {
    return Beneath.owner(Beneath.path(directory)).uid();
  }

  /** Somebody's own, which is made when it is missing. */
  static Descriptor home(Descriptor all, Inhabitant who) {
    FileOwner owner = new FileOwner(who.id(), who.id());
    Descriptor home = here(Beneath.make(all, path(who.name()), owner, 0700));
    if (owner(home) != who.id()) {
      home.close();
      throw new IllegalStateException("the directory " + who.name() + " is not " + who.name());
    }
    return home;
  }

  static Descriptor here(Opened opened) {
    return switch (opened) {
      case Opened.Here(Descriptor directory) -> directory;
      case Opened.Not(_, String sentence) -> throw new IllegalStateException(sentence);
    };
  }

  /** Follows no link, and leaves alone what belongs to others. */
  void own(Descriptor directory, int from, int to) {
    String place = place(directory) + "/.";
    HostResult result =
        host.run(
            new HostCommand(
                LONGEST,
                "chown",
                "--recursive",
                "-P",
                "--no-dereference",
                "--from=" + from,
                to + ":" + to,
                place));
    if (!(result instanceof Exited(int code, _, _)) || code != 0) {
      throw new IllegalStateException("a directory does not become another one's: " + result);
    }
  }

  /** Where other programs find what is open here, however its names change. */
  static String place(Descriptor directory) {
    try {
      Path here = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/self")));
      return here + "/fd/" + directory.number();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Descriptor from, Name name, Descriptor to) {
    move(from, name.value(), name, to);
  }

  /** Under the first name that is free; an empty directory is as good. */
  static void move(Descriptor from, String there, Name name, Descriptor to) {
    Path source = Beneath.path(from).resolve(there);
    for (int i = 1; i <= MOST_NAMES; i++) {
      String wished = i == 1 ? name.value() : name.value() + "-" + i;
      try {
        var _ =
            Files.move(source, Beneath.path(to).resolve(wished), StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (NoSuchFileException e) {
        throw new IllegalStateException("the directory of " + name + " has gone", e);
      } catch (FileSystemException e) {
        if (i == MOST_NAMES) {
          throw new IllegalStateException("the directory of " + name + " cannot be moved", e);
        }
      } catch (IOException e) {
        throw new IllegalStateException("the directory of " + name + " cannot be moved", e);
      }
    }
  }
}
