package io.homecloud.sharing.share.mounts;

import io.homecloud.control.Name;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.share.mounts.Beneath.Opened;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import io.homecloud.sharing.share.mounts.Placed.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Directories of people who left, beside those of the others: {@code .trash/<account>.<time>},
 * which no account can be called. They are what the disk says, so that a lost database loses none.
 */
public final class LeftHomes {
  private static final RelativePath TRASH = RelativePath.of(".trash");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Millions of files are deleted within it, or the next day. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Host host;
  private final Homes homes;

  public LeftHomes(Host host, Homes homes) {
    this.host = host;
    this.homes = homes;
  }

  /**
   * Such a directory.
   *
   * @param id what it is called on disk
   */
  public record Left(String id, Name account, Instant at) {
    static Optional<Left> of(String id) {
      int dot = id.indexOf('.');
      if (dot < 0 || !Name.valid(id.substring(0, dot))) {
        return Optional.empty();
      }
      try {
        Instant at = LocalDateTime.parse(id.substring(dot + 1), TIME).toInstant(ZoneOffset.UTC);
        return Optional.of(new Left(id, new Name(id.substring(0, dot)), at));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }

    static String named(Name account, Instant at) {
      return account + "." + TIME.format(at);
    }
  }

  /**
   * Puts somebody's directory there, whom no server lets in any more. May be repeated; nothing is
   * done when there is none that is theirs.
   *
   * @throws IllegalStateException when it cannot be done now
   */
  public void put(Path volume, RelativePath inside, Inhabitant who, Instant at) {
    try (Descriptor top = Homes.here(Beneath.top(volume))) {
      Opened people = Beneath.open(top, inside);
      if (people instanceof Opened.Not(Why why, _) && why == Why.DirectoryMissing) {
        return;
      }
      try (Descriptor all = Homes.here(people)) {
        Optional<Descriptor> home = Homes.find(all, who.name(), owner -> owner == who.id());
        if (home.isPresent()) {
          home.get().close();
          put(all, who.name(), at);
        }
        Homes.sync(all);
      }
    }
  }

  private static void put(Descriptor all, Name who, Instant at) {
    try (Descriptor trash = Homes.here(Beneath.make(all, TRASH, FileOwner.ROOT, 0700))) {
      Path from = Beneath.path(all).resolve(who.value());
      Path to = Beneath.path(trash).resolve(Left.named(who, at));
      var _ = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalStateException("the directory of " + who + " cannot be moved", e);
    }
  }

  /** All that are there now, the oldest first. */
  public List<Left> all(Path volume, RelativePath inside) {
    if (!(Beneath.top(volume) instanceof Opened.Here(Descriptor opened))) {
      return List.of();
    }
    try (Descriptor top = opened) {
      return Beneath.open(top, inside.resolve(TRASH)) instanceof Opened.Here(Descriptor trash)
          ? all(trash)
          : List.of();
    }
  }

  private static List<Left> all(Descriptor trash) {
    List<Left> found = new ArrayList<>();
    try (trash;
        DirectoryStream<Path> entries = Files.newDirectoryStream(Beneath.path(trash))) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          Left.of(entry.getFileName().toString()).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparing(Left::at).thenComparing(Left::id));
    return found;
  }

  /**
   * Puts one into somebody's own directory, under the name of who had it, and makes what was theirs
   * the other's.
   *
   * @return false when it is not there
   * @throws IllegalStateException when it cannot be done now
   */
  public boolean give(Path volume, RelativePath inside, Left left, Inhabitant to) {
    try (Descriptor top = Homes.here(Beneath.top(volume));
        Descriptor all = Homes.here(Beneath.open(top, inside))) {
      RelativePath place = TRASH.resolve(RelativePath.of(left.id()));
      if (!(Beneath.open(all, place) instanceof Opened.Here(Descriptor directory))) {
        return false;
      }
      try (directory;
          Descriptor trash = Homes.here(Beneath.open(all, TRASH));
          Descriptor home = Homes.home(all, to)) {
        homes.own(directory, Beneath.owner(Beneath.path(directory)).uid(), to.id());
        Homes.move(trash, left.id(), left.account(), home);
        Homes.sync(all);
        return true;
      }
    }
  }

  /**
   * Deletes for good what was put there at a time that is long ago.
   *
   * @return those that are gone
   */
  public List<Left> sweep(Path volume, RelativePath inside, Predicate<Instant> longAgo) {
    List<Left> old = all(volume, inside).stream().filter(left -> longAgo.test(left.at())).toList();
    if (old.isEmpty()) {
      return List.of();
    }
    try (Descriptor top = Homes.here(Beneath.top(volume));
        Descriptor trash = Homes.here(Beneath.open(top, inside.resolve(TRASH)))) {
      return old.stream().filter(left -> delete(trash, left)).toList();
    }
  }

  /** Enters no link and no other mount. */
  private boolean delete(Descriptor trash, Left left) {
    HostResult result =
        host.run(
            new HostCommand(
                LONGEST,
                "rm",
                "--recursive",
                "--force",
                "--one-file-system",
                Homes.place(trash) + "/" + left.id()));
    return result instanceof Exited(int code, _, _) && code == 0;
  }
}
