package io.homecloud.storage.files;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way into a volume. Nobody sees it before {@link #finish()}, and then whole. Closed
 * before that it can be resumed by its id, until it is swept. A refusal ends it and removes what
 * was written; for want of room only what was written since it was opened, so that it can go on
 * after those pieces that the sender knows to be here. {@link StorageError#UPLOAD_INCOMPLETE} and
 * {@link StorageError#WRONG_OFFSET} leave it as it was. For one thread at a time.
 */
public final class Upload implements AutoCloseable {
  // writes to the disk begin while the rest still comes; also bounds the dirty memory
  private static final long WRITEBACK_BYTES = 8L << 20;
  // at most so much comes again when the power fails in the middle of a piece
  private static final long UNSAFE_BYTES = 256L << 20;

  private final BeneathDirectory root;
  private final FileOwner owner;
  private final UploadRequest request;
  private final FileName name;
  private final Descriptor place;
  private final Descriptor file;
  private final Ballast ballast;
  private long offset;
  private long acknowledged;
  private long safe;
  private long writtenBack;
  private boolean open = true;

  private Upload(
      BeneathDirectory root,
      FileOwner owner,
      UploadRequest request,
      Descriptor place,
      Descriptor file,
      long here)
      throws FileRefused {
    this.root = root;
    this.owner = owner;
    this.request = request;
    this.name = PartialFiles.nameOf(request.id());
    this.place = place;
    this.file = file;
    this.offset = here;
    this.acknowledged = offset;
    this.safe = Math.min(offset, SafeLength.noted(file));
    this.writtenBack = offset;
    this.ballast = offset == 0 ? Ballast.NONE : Ballast.of(place, request.id());
  }

  static Upload begin(BeneathDirectory root, FileOwner owner, UploadRequest request)
      throws FileRefused {
    checkTarget(root, request);
    Descriptor place = new PartialFiles(root).makePlace();
    return place.orClose(() -> {
      Descriptor file = PartialFiles.open(place, PartialFiles.nameOf(request.id()));
      return file.orClose(
          () -> new Upload(root, owner, request, place, file, goneOn(place, request, file)));
    });
  }

  /** What an earlier request of the same key has made, on the disk, if it is still there. */
  static Optional<FileEntry> made(BeneathDirectory root, UploadRequest request) throws FileRefused {
    FilePath target = request.target();
    UploadKey key = request.key();
    if (key == null) {
      return Optional.empty();
    }
    try (Descriptor parent = root.directory(target.parent());
        Descriptor looked = root.file(parent, target.name());
        Descriptor file = looked.again(Opening.READ_AGAIN)) {
      if (!key.made(file)) {
        return Optional.empty();
      }
      // Whoever made it may have been killed before it was.
      Kernel.sync(parent);
      return Optional.of(FileEntry.of(target.name(), Kernel.status(file)));
    } catch (FileRefused e) {
      return Optional.empty(); // then the upload is refused likewise, or makes it
    }
  }

  /** Where it goes on: behind what can be trusted of what is here. */
  private static long goneOn(Descriptor place, UploadRequest request, Descriptor file)
      throws FileRefused {
    long here = SafeLength.of(file);
    long size = Kernel.status(file).size();
    if (size > 0 && here == size) {
      return here;
    }
    try {
      Kernel.truncate(file, here);
      SafeLength.note(file, here);
      return here;
    } catch (FileRefused e) {
      Kernel.removeFile(place, PartialFiles.nameOf(request.id()));
      throw e;
    }
  }

  /** What would be refused in the end is refused before the first byte. */
  private static void checkTarget(BeneathDirectory root, UploadRequest request) throws FileRefused {
    FilePath target = request.target();
    requireWriting(root, target);
    FileEntry there = null;
    try {
      there = root.entry(target);
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_NOT_FOUND)) {
        throw e;
      }
    }
    checkReplace(request.replace(), there);
  }

  /** Refuses when nothing can be brought into the directory of the target. */
  static void requireWriting(BeneathDirectory root, FilePath target) throws FileRefused {
    try (Descriptor parent = root.directory(target.parent())) {
      root.requireWriting(parent, target.name());
    }
  }

  private static void checkReplace(Replace replace, @Nullable FileEntry there) throws FileRefused {
    if (there == null) {
      if (replace instanceof Replace.Only) {
        throw new FileRefused(StorageError.FILE_CHANGED);
      }
      return;
    }
    switch (there.type()) {
      case FILE, LINK -> {}
      case DIRECTORY -> throw new FileRefused(StorageError.IS_A_DIRECTORY);
      case MOUNT -> throw new FileRefused(StorageError.OUTSIDE_VOLUME);
      case OTHER -> throw new FileRefused(StorageError.NOT_A_FILE);
    }
    switch (replace) {
      case Replace.Never() -> throw new FileRefused(StorageError.FILE_EXISTS);
      case Replace.Always() -> {}
      case Replace.Only(String etag) -> {
        if (!there.etag().equals(etag)) {
          throw new FileRefused(StorageError.FILE_CHANGED);
        }
      }
    }
  }

  /** How many bytes are here already: where the next {@link #write} goes on. */
  public long offset() {
    return offset;
  }

  /**
   * Goes back to an earlier byte, because the sender is not sure of what came after it. Refused:
   * {@link StorageError#WRONG_OFFSET} beyond {@link #offset()}.
   */
  public Outcome<Long> goBackTo(long earlier) {
    return attempt(() -> {
      if (earlier < 0 || earlier > offset) {
        throw new FileRefused(StorageError.WRONG_OFFSET);
      }
      if (earlier < offset) {
        shorten(earlier);
        offset = earlier;
        acknowledged = earlier;
        writtenBack = Math.min(writtenBack, earlier);
      }
      return offset;
    });
  }

  private void shorten(long length) throws FileRefused {
    if (length < safe) {
      SafeLength.note(file, length);
      safe = length;
    }
    Kernel.truncate(file, length);
  }

  /**
   * Appends everything up to the end of the source; answers the new {@link #offset()}. Refused, and
   * so ended: {@link StorageError#POOL_FULL}, {@link StorageError#QUOTA_EXCEEDED}, {@link
   * StorageError#FILE_TOO_LARGE} for more bytes than announced.
   *
   * @throws IOException when the source breaks; what came before stays and the upload can go on,
   *     unless its size was never announced: then nobody can name it again, and it ends
   */
  public Outcome<Long> write(UploadSource from) throws IOException {
    requireOpen();
    while (true) {
      MemorySegment bytes = next(from);
      if (bytes == null) {
        return new Outcome.Done<>(offset);
      }
      Outcome<Long> appended = append(bytes);
      if (appended instanceof Outcome.Refused) {
        return appended;
      }
    }
  }

  private @Nullable MemorySegment next(UploadSource from) throws IOException {
    try {
      return from.next();
    } catch (IOException e) {
      if (request.total() == UploadRequest.UNKNOWN) {
        discard();
      }
      throw e;
    }
  }

  private Outcome<Long> append(MemorySegment bytes) {
    return attempt(() -> {
      if (request.total() >= 0 && offset + bytes.byteSize() > request.total()) {
        throw new FileRefused(StorageError.FILE_TOO_LARGE);
      }
      Kernel.write(file, bytes, offset);
      offset += bytes.byteSize();
      if (offset - writtenBack >= WRITEBACK_BYTES) {
        Kernel.startWriteback(file, writtenBack, offset - writtenBack);
        writtenBack = offset;
      }
      if (offset - safe >= UNSAFE_BYTES) {
        makeSafe();
      }
      return offset;
    });
  }

  /**
   * What is here so far survives a power cut when this returns, so that the sender may be told;
   * answers the {@link #offset()}.
   */
  public Outcome<Long> keep() {
    return attempt(() -> {
      makeSafe();
      // The note is in memory only so far, and what is behind the one before would be cut off.
      Kernel.sync(file);
      return offset;
    });
  }

  private void makeSafe() throws FileRefused {
    Kernel.sync(file);
    SafeLength.note(file, offset);
    safe = offset;
  }

  /**
   * Gives the file its owner, mode and name, all on the disk when this returns. Refused: {@link
   * StorageError#UPLOAD_INCOMPLETE} before the last byte; what {@link Replace} says; {@link
   * StorageError#FILE_NOT_FOUND}, {@link StorageError#LINK_NOT_FOLLOWED} and the like when the
   * directory is no longer what it was.
   */
  public Outcome<FileEntry> finish() {
    return attempt(() -> {
      if (request.total() >= 0 && offset != request.total()) {
        throw new FileRefused(StorageError.UPLOAD_INCOMPLETE);
      }
      Kernel.own(file, owner.uid(), owner.gid(), owner.fileMode());
      if (request.modified() != null) {
        Kernel.modified(file, request.modified());
      }
      SafeLength.forget(file);
      if (request.key() != null) {
        request.key().note(file);
      }
      Kernel.sync(file);
      checkTarget(root, request);
      FilePath target = request.target();
      try (Descriptor parent = root.directory(target.parent())) {
        boolean replace = !(request.replace() instanceof Replace.Never);
        Kernel.rename(place, name, parent, target.name(), replace);
        close();
        Kernel.sync(parent);
        return root.entry(parent, target.name());
      }
    });
  }

  /** Ends it and removes what was written. */
  public void discard() {
    if (open) {
      try {
        Kernel.removeFile(place, name);
      } catch (FileRefused e) {
        // swept already, or the disk is full or read-only: then the sweep comes to it later
      } finally {
        close();
      }
    }
  }

  private <T> Outcome<T> attempt(FileRefused.Attempt<T> attempt) {
    requireOpen();
    Outcome<T> result = FileRefused.asResult(request.target(), attempt);
    if (result instanceof Outcome.Refused(Refusal(StorageError error, _))) {
      switch (error) {
        case UPLOAD_INCOMPLETE, WRONG_OFFSET -> {}
        case QUOTA_EXCEEDED, POOL_FULL -> takeBack();
        default -> discard();
      }
    }
    return result;
  }

  private void takeBack() {
    if (acknowledged == 0) {
      discard();
      return;
    }
    try {
      ballast.drop();
      shorten(acknowledged);
      close();
    } catch (FileRefused e) {
      discard();
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the upload has ended");
    }
  }

  /** Leaves it; what is here can be resumed. Does nothing when it has ended. */
  @Override
  public void close() {
    if (open) {
      ballast.drop();
    }
    open = false;
    file.close();
    place.close();
  }
}
