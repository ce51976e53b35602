package io.homecloud.backup.btrfs;

import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.backup.tree.OneNameEach;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Each copy is a subvolume that begins as a snapshot of the one before, read-only when it is
 * complete. What was not copied again costs nothing, not even a look at its directory entry.
 */
public final class BtrfsTrees implements TreeSharing {
  /** The inode number of the top directory of every subvolume. */
  private static final long TOP = 256;

  private static final Duration DEADLINE = Duration.ofHours(12);

  private final Host host;
  private final LinkedTrees plain;

  public BtrfsTrees(Host host) {
    this.host = host;
    this.plain = new LinkedTrees(host);
  }

  /** This way on btrfs, and hard links elsewhere. */
  public static TreeSharing.Choice orLinks(Host host) {
    return directory ->
        Files.getFileStore(directory).type().equals("btrfs")
            ? new BtrfsTrees(host)
            : new LinkedTrees(host);
  }

  @Override
  public String word() {
    return "btrfs";
  }

  @Override
  public Prepared prepare(TreePlace place, Optional<Path> base, List<Path> left)
      throws IOException {
    Path into = place.incomplete();
    Optional<Path> going = left.stream().filter(BtrfsTrees::isSubvolume).findFirst();
    for (Path one : left) {
      if (!going.equals(Optional.of(one))) {
        remove(one);
      }
    }
    if (going.isPresent()) {
      // It may have been sealed already, an instant before it would have been complete.
      Subvolumes.readOnly(going.get(), false);
      if (!going.get().equals(into)) {
        Files.move(going.get(), into, StandardCopyOption.ATOMIC_MOVE);
      }
    } else if (base.isPresent() && isSubvolume(base.get())) {
      boolean sealed = isSealed(base.get());
      Subvolumes.snapshot(base.get(), into);
      return new Prepared(into, List.of(), sealed);
    } else {
      Subvolumes.create(into);
    }
    return new Prepared(into, List.of());
  }

  @Override
  public void keepOneNameEach(Path tree) throws IOException {
    HostResult result =
        host.run(
            new HostCommand(
                DEADLINE,
                "sh",
                "-ec",
                OneNameEach.FUNCTION + "one_name_each \"$1\"",
                "sh",
                tree.toString()));
    if (!(result instanceof HostResult.Exited(int code, _, _) && code == 0)) {
      throw new IOException("names in " + tree + ": " + result);
    }
  }

  @Override
  public void seal(Path tree) throws IOException {
    if (isSealed(tree) || !isSubvolume(tree)) {
      return;
    }
    Subvolumes.readOnly(tree, true);
  }

  @Override
  public void remove(Path tree) throws IOException {
    if (isSubvolume(tree)) {
      Subvolumes.delete(tree);
    } else {
      plain.remove(tree);
    }
  }

  @Override
  public void removeNewer(Path tree, Path written) throws IOException {
    plain.removeNewer(tree, written);
  }

  /** Nobody can have changed it since, unless he took that away and gave it back. */
  private static boolean isSealed(Path tree) {
    // Not even root writes to a read-only subvolume.
    return !Files.isWritable(tree);
  }

  private static boolean isSubvolume(Path directory) {
    try {
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(directory, "unix:ino", LinkOption.NOFOLLOW_LINKS).equals(TOP);
    } catch (IOException e) {
      return false;
    }
  }
}
