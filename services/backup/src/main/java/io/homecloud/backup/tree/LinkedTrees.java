package io.homecloud.backup.tree;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unchanged files are hard links to those of the copy before, on every file system that has them. A
 * linked file is never written to: rsync would change the owner or times of a file that is there
 * already in place, and so in all copies. So each attempt begins with an empty directory, and what
 * an earlier one brought is linked to as well.
 */
public final class LinkedTrees implements TreeSharing {
  private static final Duration DEADLINE = Duration.ofDays(7);

  /** rsync takes twenty directories to link from. */
  private static final int MOST_LEFT = 10;

  private final Host host;

  public LinkedTrees(Host host) {
    this.host = host;
  }

  @Override
  public String word() {
    return "links";
  }

  @Override
  public Prepared prepare(TreePlace place, Optional<Path> base, List<Path> left)
      throws IOException {
    List<Path> linkFrom = new ArrayList<>();
    base.ifPresent(linkFrom::add);
    for (Path one : left) {
      if (!one.getFileName().toString().startsWith(place.stamp() + TreePlace.ABANDONED)) {
        Files.move(one, freePlace(place), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    for (int number = 1; number <= MOST_LEFT; number++) {
      if (isThere(place.abandoned(number))) {
        linkFrom.add(place.abandoned(number));
      }
    }
    Files.createDirectory(place.incomplete());
    return new Prepared(place.incomplete(), linkFrom);
  }

  /** Where the newest is kept; the oldest goes for it, since most of that is in later ones too. */
  private Path freePlace(TreePlace place) throws IOException {
    for (int number = 1; number <= MOST_LEFT; number++) {
      if (!isThere(place.abandoned(number))) {
        return place.abandoned(number);
      }
    }
    remove(place.abandoned(1));
    for (int number = 2; number <= MOST_LEFT; number++) {
      Files.move(
          place.abandoned(number), place.abandoned(number - 1), StandardCopyOption.ATOMIC_MOVE);
    }
    return place.abandoned(MOST_LEFT);
  }

  private static boolean isThere(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void keepOneNameEach(Path tree) {
    // Nothing that is there is ever changed.
  }

  @Override
  public void seal(Path tree) {
    // A read-only directory would stop nobody who may write here.
  }

  @Override
  public void remove(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    run("removing " + tree, "rm", "-rf", "--one-file-system", "--", tree.toString());
  }

  @Override
  public void removeNewer(Path tree, Path written) throws IOException {
    run(
        "looking through " + tree,
        "find",
        tree.toString(),
        "-xdev",
        "!",
        "-type",
        "d",
        "-newercm",
        written.toString(),
        "-delete");
  }

  private void run(String what, String... argv) throws IOException {
    HostResult result = host.run(new HostCommand(DEADLINE, argv));
    if (!(result instanceof HostResult.Exited(int code, _, String stderr))) {
      throw new IOException(what + ": " + result);
    }
    if (code != 0) {
      throw new IOException(what + ": " + stderr.lines().findFirst().orElse(""));
    }
  }
}
