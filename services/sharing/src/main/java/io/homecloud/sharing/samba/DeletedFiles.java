package io.homecloud.sharing.samba;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.sharing.serving.ServedShare;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where deleted files of a share are kept for a while: {@code .recycle} in its root, or in each
 * home. A file was deleted when its inode was last changed (ctime), which moving it does and no
 * client can set back; who changes it in the bin keeps it for longer.
 */
public final class DeletedFiles {
  static final String DIRECTORY = ".recycle";

  /** Deeper trees, which hardly a path reaches, stay. */
  private static final int DEEPEST = 500;

  private final Predicate<Instant> longAgo;
  private long files;

  private DeletedFiles(Predicate<Instant> longAgo) {
    this.longAgo = longAgo;
  }

  /**
   * Deletes for good what has been in the bin since a time that is long ago. Follows no link and
   * enters no other mount, whatever clients do meanwhile. What cannot be deleted, for instance
   * because the share is read-only, stays for the next time.
   *
   * @return how many files went; directories go one sweep after they became empty, since a file may
   *     be on its way into one that is new
   */
  public static long sweep(ServedShare share, Predicate<Instant> longAgo) {
    if (share.recycleBinDays().isEmpty()) {
      return 0;
    }
    DeletedFiles bin = new DeletedFiles(longAgo);
    share.directories().forEach(bin::sweep);
    return bin.files;
  }

  private void sweep(Path root) {
    Optional<Descriptor> opened = open(null, root.toString().getBytes(UTF_8), 0);
    if (opened.isPresent()) {
      try (Descriptor directory = opened.get()) {
        sweep(directory, DIRECTORY.getBytes(UTF_8), 0);
      }
    }
  }

  private void sweep(Descriptor parent, byte[] name, int depth) {
    Optional<Descriptor> opened = open(parent, name, FileCalls.BENEATH);
    if (opened.isEmpty() || depth > DEEPEST) {
      opened.ifPresent(Descriptor::close);
      return;
    }
    Descriptor directory = opened.get();
    try (DirectoryEntries entries = new DirectoryEntries(directory)) {
      for (Optional<byte[]> next = entries.next(); next.isPresent(); next = entries.next()) {
        entry(directory, next.get(), depth);
      }
    }
  }

  private void entry(Descriptor directory, byte[] name, int depth) {
    if (!(FileCalls.status(directory.number(), name)
        instanceof StatusAnswer.Found(FileStatus status))) {
      return;
    }
    if (status.type() == FileType.DIRECTORY) {
      sweep(directory, name, depth + 1);
      if (longAgo.test(status.changedAt())) {
        // Refused by the kernel while something is in it.
        FileCalls.removeDirectory(directory.number(), name);
      }
    } else if (longAgo.test(status.changedAt())
        && FileCalls.unlink(directory.number(), name) == 0) {
      files++;
    }
  }

  private static Optional<Descriptor> open(@Nullable Descriptor in, byte[] path, long resolve) {
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    int from = in == null ? Descriptor.AT_FDCWD : in.number();
    long opened = FileCalls.open(from, path, flags, 0, resolve);
    return opened < 0 ? Optional.empty() : Optional.of(new Descriptor(opened));
  }
}
