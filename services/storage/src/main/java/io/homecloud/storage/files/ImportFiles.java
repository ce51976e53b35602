package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies single files and links for an import. */
final class ImportFiles implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long WRITEBACK_BYTES = 8L << 20;

  /** Names of one file are remembered up to here; what comes after is copied by itself. */
  private static final int MOST_TWINS = 100_000;

  private final BeneathDirectory source;
  private final BeneathDirectory target;
  private final FileOwner owner;
  private final Descriptor place;
  private final ImportTally tally;
  private final ImportBatch batch;
  private final Map<Long, FilePath> twins = new HashMap<>();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
  private final MemorySegment other = arena.allocate(BUFFER_BYTES, 64);

  ImportFiles(
      BeneathDirectory source,
      BeneathDirectory target,
      FileOwner owner,
      Descriptor place,
      ImportTally tally,
      ImportBatch batch) {
    this.source = source;
    this.target = target;
    this.owner = owner;
    this.place = place;
    this.tally = tally;
    this.batch = batch;
  }

  /** Copies a symbolic link as it is, wherever it points. */
  void link(Descriptor parent, FilePath from, Descriptor into, FilePath to) throws FileRefused {
    byte[] says = Kernel.link(parent, from.name());
    FileStatus status = Kernel.status(parent, from.name());
    FileStatus there = there(into, to);
    if (there != null) {
      if (!there.is(FileType.LINK) || !Arrays.equals(says, Kernel.link(into, to.name()))) {
        throw new FileRefused(StorageError.FILE_EXISTS);
      }
      tally.skipped();
      return;
    }
    FileName partial = partial(to, status);
    try {
      CopyCalls.link(place, partial, says, owner, status.modified());
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_EXISTS)) {
        throw e;
      }
      // Left by a run that was killed, perhaps before it had its owner.
      Kernel.removeFile(place, partial);
      CopyCalls.link(place, partial, says, owner, status.modified());
    }
    batch.name(partial, from, to, 0);
  }

  /** Copies a file, or what a run before has left of it to do. */
  void file(Descriptor parent, FilePath from, Descriptor into, FilePath to) throws FileRefused {
    try (Descriptor looked = source.file(parent, from.name());
        Descriptor file = CopyCalls.readable(looked)) {
      FileStatus status = Kernel.status(file);
      FileStatus there = there(into, to);
      if (there != null) {
        skip(file, status, there, into, to);
        remember(status, to);
        return;
      }
      FileName partial = partial(to, status);
      try (Descriptor copy = PartialFiles.open(place, partial)) {
        copyOrRemove(file, status, copy, partial);
      }
      batch.name(partial, from, to, status.size());
      remember(status, to);
    }
  }

  private void remember(FileStatus status, FilePath to) {
    if (status.links() > 1 && twins.size() < MOST_TWINS) {
      twins.putIfAbsent(status.inode(), to);
    }
  }

  private void copyOrRemove(Descriptor file, FileStatus status, Descriptor copy, FileName partial)
      throws FileRefused {
    try {
      if (status.links() <= 1 || !likeTwin(status, copy)) {
        copy(file, status.size(), copy);
      }
      Kernel.own(copy, owner.uid(), owner.gid(), mode(status));
      Kernel.modified(copy, status.modified());
    } catch (FileRefused e) {
      // What is left of it would fill a volume that is full already; a cancelled one goes on later.
      if (!e.is(StorageError.CANCELLED)) {
        Kernel.removeFile(place, partial);
      }
      throw e;
    }
  }

  /** Whoever may read a file may run it if its owner could. */
  private int mode(FileStatus status) {
    boolean program = (status.mode() & 0100) != 0;
    return program ? owner.fileMode() | (owner.fileMode() & 0444) >> 2 : owner.fileMode();
  }

  private static @Nullable FileStatus there(Descriptor into, FilePath to) throws FileRefused {
    try {
      return Kernel.status(into, to.name());
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_NOT_FOUND)) {
        return null;
      }
      throw e;
    }
  }

  /** Something is there: fine when it is the same file, else it is not ours to replace. */
  private void skip(
      Descriptor file, FileStatus status, FileStatus there, Descriptor into, FilePath to)
      throws FileRefused {
    if (!there.is(FileType.FILE) || there.size() != status.size()) {
      throw new FileRefused(StorageError.FILE_EXISTS);
    }
    if (there.modified().equals(status.modified())) {
      tally.passed(status.size());
    } else {
      try (Descriptor looked = target.file(into, to.name());
          Descriptor theirs = CopyCalls.readable(looked)) {
        compare(file, theirs, status.size());
      }
    }
    tally.skipped();
  }

  private void compare(Descriptor file, Descriptor theirs, long size) throws FileRefused {
    long compared = 0;
    while (compared < size) {
      long read = CopyCalls.read(file, buffer, compared);
      long same = 0;
      while (same < read) {
        long more = CopyCalls.read(theirs, other.asSlice(0, read - same), compared + same);
        if (more == 0 || !CopyCalls.same(buffer.asSlice(same), other, more)) {
          throw new FileRefused(StorageError.FILE_EXISTS);
        }
        same += more;
      }
      if (read == 0) {
        throw new FileRefused(StorageError.FILE_DAMAGED);
      }
      compared += read;
      tally.passed(read);
    }
  }

  /** Goes on where a run before ended; holes stay holes. */
  private void copy(Descriptor file, long size, Descriptor copy) throws FileRefused {
    long at = resumeAt(copy, size);
    long writtenBack = at;
    tally.passed(at);
    while (at < size) {
      long data = CopyCalls.data(file, at, size);
      tally.passed(data - at);
      at = data;
      long end = data < size ? Math.min(CopyCalls.hole(file, data), size) : size;
      while (at < end) {
        MemorySegment piece = buffer.asSlice(0, Math.min(BUFFER_BYTES, end - at));
        long read = CopyCalls.read(file, piece, at);
        if (read == 0) {
          throw new FileRefused(StorageError.FILE_DAMAGED);
        }
        write(copy, piece.asSlice(0, read), at);
        at += read;
        if (at - writtenBack >= WRITEBACK_BYTES) {
          Kernel.startWriteback(copy, writtenBack, at - writtenBack);
          writtenBack = at;
        }
        tally.passed(read);
      }
    }
    if (Kernel.status(copy).size() != size) {
      Kernel.truncate(copy, size);
    }
  }

  private static void write(Descriptor copy, MemorySegment bytes, long at) throws FileRefused {
    try {
      Kernel.write(copy, bytes, at);
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_DAMAGED)) {
        throw new StorageFailure("the volume's disk fails");
      }
      throw e;
    }
  }

  private static long resumeAt(Descriptor copy, long size) throws FileRefused {
    long here = Kernel.status(copy).size();
    if (here > size) {
      Kernel.truncate(copy, 0);
      return 0;
    }
    return here == size ? here : here - here % BUFFER_BYTES;
  }

  /** Another name of a file that was copied shares its data, as it did on the disk. */
  private boolean likeTwin(FileStatus status, Descriptor copy) throws FileRefused {
    FilePath twin = twins.get(status.inode());
    if (twin == null) {
      return false;
    }
    // The twin may still be without its name.
    batch.flush();
    try (Descriptor parent = target.directory(twin.parent());
        Descriptor looked = target.file(parent, twin.name());
        Descriptor first = CopyCalls.readable(looked)) {
      FileStatus now = Kernel.status(first);
      boolean untouched = now.size() == status.size() && now.modified().equals(status.modified());
      if (untouched && CopyCalls.cloned(first, copy)) {
        tally.passed(status.size());
        return true;
      }
      return false;
    } catch (FileRefused e) {
      ImportFatal.orNot(e);
      return false;
    }
  }

  /** The same for the same version of a file, so that another run finds what this one left. */
  private static FileName partial(FilePath to, FileStatus status) {
    String version = to + "\n" + status.inode() + "\n" + status.size() + "\n" + status.modified();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(version.getBytes(StandardCharsets.UTF_8));
      return PartialFiles.importName(HexFormat.of().formatHex(digest, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
