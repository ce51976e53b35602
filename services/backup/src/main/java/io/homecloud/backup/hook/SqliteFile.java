package io.homecloud.backup.hook;

import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A database in a volume, whatever links people put there meanwhile. */
final class SqliteFile {
  private final Hook.SqliteDump wish;
  private final HookRunner.Volumes volumes;

  SqliteFile(Hook.SqliteDump wish, HookRunner.Volumes volumes) {
    this.wish = wish;
    this.volumes = volumes;
  }

  /** Copies from that path, which holds while it does. */
  interface Copying {
    /**
     * @param size in bytes, of it with what is in its log alone: the copy has at most that
     */
    Optional<String> copy(Path database, long size) throws IOException;
  }

  /**
   * @return a sentence when it failed
   */
  Optional<String> copied(Copying copying) throws IOException {
    Optional<Path> mounted = volumes.mounted(wish.volume());
    if (mounted.isEmpty()) {
      return Optional.of("volume " + wish.volume() + " is not in place.");
    }
    RelativePath path = EncodedPath.parse(wish.path());
    try (BeneathTree volume = BeneathTree.of(mounted.get())) {
      Optional<FileStatus> status = volume.status(path);
      Optional<Descriptor> directory =
          volume.open(
              path.parent(), FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
      if (directory.isEmpty() || status.filter(found -> found.type() == FileType.FILE).isEmpty()) {
        directory.ifPresent(Descriptor::close);
        return Optional.of("there is no such file in volume " + wish.volume() + ".");
      }
      try (Descriptor opened = directory.get()) {
        // By its directory: its log is beside it.
        return copying.copy(
            Path.of("/proc/" + ProcessIdentity.self().pid() + "/fd/" + opened.number())
                .resolve(path.name().display()),
            status.orElseThrow().size() + log(volume, path));
      }
    }
  }

  private static long log(BeneathTree volume, RelativePath database) throws IOException {
    RelativePath log = EncodedPath.parse(EncodedPath.write(database) + "-wal");
    return volume.status(log).map(FileStatus::size).orElse(0L);
  }
}
