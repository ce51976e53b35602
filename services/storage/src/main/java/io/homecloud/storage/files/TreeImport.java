package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.nio.file.Path;

/**
 * Copies a foreign tree of files into a volume. Killed at any instant and run again it goes on;
 * what is there already is left, and nothing of the volume is ever replaced.
 *
 * <p>A file is there when one of its name has its size and time, or its content; something else of
 * its name is kept and told as a finding. Files keep their times and holes, several names of one
 * file go on sharing their data, symbolic links are copied as links and never followed; all belong
 * to the volume's owner. Devices, pipes and sockets are not copied. What the disk cannot read is a
 * finding and the rest goes on.
 */
public final class TreeImport implements TreeWalk.Visitor {
  private final BeneathDirectory target;
  private final FileOwner owner;
  private final Descriptor place;
  private final ImportTally tally;
  private final ImportBatch batch;
  private final ImportFiles files;
  private final FilePath top;
  private FilePath from = FilePath.ROOT;
  private FilePath to;
  private Descriptor into;

  private TreeImport(
      BeneathDirectory source,
      BeneathDirectory target,
      FilePath top,
      FileOwner owner,
      Descriptor place,
      ImportTally tally)
      throws FileRefused {
    this.target = target;
    this.owner = owner;
    this.place = place;
    this.tally = tally;
    this.top = top;
    this.to = top;
    this.batch = new ImportBatch(target, place, tally);
    this.files = new ImportFiles(source, target, owner, place, tally, batch);
    this.into = target.directory(top);
  }

  /**
   * Copies everything below one directory into another. Progress in bytes.
   *
   * <p>Refused, with what was copied kept: {@code QUOTA_EXCEEDED}, {@code POOL_FULL}, {@code
   * READ_ONLY}, {@code CANCELLED}; and when {@code directory} cannot be made: {@code
   * NOT_A_DIRECTORY}, {@code LINK_NOT_FOLLOWED}, {@code FILE_NAME_RESERVED} and the like. {@code
   * VOLUME_NOT_READY}, with nothing made, when nothing is mounted at the volume's place.
   *
   * @param source does not change meanwhile: mounted read-only
   * @param volume where the program itself mounted the volume
   * @param directory in the volume, made when it is not there
   */
  public static Outcome<ImportReport> run(
      Path source, Path volume, FilePath directory, FileOwner owner, TaskProgress progress) {
    return FileRefused.asResult(
        directory,
        () ->
            into(
                BeneathDirectory.mountedAt(volume)
                    .orElseThrow(
                        () -> new FileRefused(StorageError.VOLUME_NOT_READY, FilePath.ROOT)),
                source,
                directory,
                owner,
                progress));
  }

  /** The same into a directory that is known to be the volume; closes it. */
  static ImportReport into(
      BeneathDirectory volume,
      Path source,
      FilePath directory,
      FileOwner owner,
      TaskProgress progress)
      throws FileRefused {
    try (volume) {
      if (!directory.isRoot() && directory.names().getFirst().equals(PartialFiles.PLACE)) {
        throw new FileRefused(StorageError.FILE_NAME_RESERVED);
      }
      try (BeneathDirectory from = BeneathDirectory.at(source);
          Descriptor place = new PartialFiles(volume).makePlace()) {
        if (!directory.isRoot()) {
          new DirectoryMaking(volume, owner).make(directory, true);
        }
        ImportTally tally = new ImportTally(progress, ImportSize.of(from, progress));
        return new TreeImport(from, volume, directory, owner, place, tally).all(from);
      }
    }
  }

  private ImportReport all(BeneathDirectory source) throws FileRefused {
    try (files) {
      tally.passed(0);
      try {
        new TreeWalk(source, this).through(source.directory(FilePath.ROOT));
      } finally {
        // Also when it ends early: what is whole gets its name.
        batch.flush();
      }
      CopyCalls.syncFileSystem(place);
      return tally.finished();
    } finally {
      into.close();
    }
  }

  @Override
  public boolean enter(Descriptor parent, FileName name) throws FileRefused {
    tally.heed();
    try {
      FilePath deeper = child(to, name);
      FilePath inSource = child(from, name);
      if (deeper.names().size() == 1 && name.equals(PartialFiles.PLACE)) {
        throw new FileRefused(StorageError.FILE_NAME_RESERVED);
      }
      Descriptor directory = madeDirectory(name);
      into.close();
      into = directory;
      to = deeper;
      from = inSource;
      return true;
    } catch (FileRefused e) {
      finding(name, e);
      return false;
    }
  }

  @Override
  public void leave(Descriptor parent, FileName name) throws FileRefused {
    batch.time(to, Kernel.status(parent, name).modified());
    to = to.parent();
    from = from.parent();
    into.close();
    into = reopened();
  }

  @Override
  public void visit(Descriptor parent, FileName name) throws FileRefused {
    tally.heed();
    try {
      FilePath there = child(to, name);
      FilePath here = child(from, name);
      switch (Kernel.status(parent, name).type()) {
        case FILE -> files.file(parent, here, into, there);
        case LINK -> files.link(parent, here, into, there);
        case OTHER -> throw new FileRefused(StorageError.NOT_A_FILE);
        case DIRECTORY, MOUNT -> throw new FileRefused(StorageError.OUTSIDE_VOLUME);
      }
    } catch (FileRefused e) {
      finding(name, e);
    }
  }

  @Override
  public void unreadable(FileName name, FileRefused why) throws FileRefused {
    finding(name, why);
  }

  private void finding(FileName name, FileRefused refused) throws FileRefused {
    ImportFatal.orNot(refused);
    FilePath path = from;
    try {
      path = name.equals(FileName.SELF) ? from : from.child(name);
    } catch (IllegalArgumentException tooLong) {
      // Then the directory it lies in is named.
    }
    tally.notImported(path, refused.problem());
  }

  private static FilePath child(FilePath directory, FileName name) throws FileRefused {
    try {
      return directory.child(name);
    } catch (IllegalArgumentException tooLong) {
      throw new FileRefused(StorageError.FILE_NAME_INVALID);
    }
  }

  private Descriptor madeDirectory(FileName name) throws FileRefused {
    try {
      return target.directory(into, name);
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND -> {}
        case NOT_A_DIRECTORY, LINK_NOT_FOLLOWED -> throw new FileRefused(StorageError.FILE_EXISTS);
        default -> throw e;
      }
    }
    FileName made = new PartialFiles(target).makeDirectory(place, owner);
    try {
      Kernel.rename(place, made, into, name, false);
    } catch (FileRefused e) {
      Kernel.removeDirectory(place, made);
      throw e;
    }
    return target.directory(into, name);
  }

  /** Somebody may have taken a directory away that is being filled; then it is made again. */
  private Descriptor reopened() throws FileRefused {
    try {
      return target.directory(to);
    } catch (FileRefused e) {
      if (!e.is(StorageError.FILE_NOT_FOUND) || to.equals(top)) {
        throw e;
      }
      new DirectoryMaking(target, owner).make(to, true);
      return target.directory(to);
    }
  }
}
