package io.homecloud.storage.disk;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.ImportReport;
import io.homecloud.storage.files.TreeImport;
import java.nio.file.Path;
import java.util.Optional;

/** Copies the files of somebody's disk into a volume. The disk is not changed by a single byte. */
public final class DiskImport {
  private final Disks disks;

  public DiskImport(Disks disks) {
    this.disks = disks;
  }

  /**
   * What to import, and to where.
   *
   * @param partition the kernel's name of it, for example {@code sda2}; empty when only one can be
   * @param volume where the program itself mounted the volume
   * @param directory in the volume, made when it is not there
   * @param owner to whom what is made belongs
   */
  public record Request(
      DiskId disk, Optional<String> partition, Path volume, FilePath directory, FileOwner owner) {}

  /**
   * Imports, as {@link TreeImport} says: run again after a crash or a refusal it goes on. Progress
   * in bytes.
   *
   * <p>Refused: {@code DISK_NOT_FOUND}; {@code DISK_BUSY} while it is mounted; {@code
   * FILE_SYSTEM_UNSUPPORTED} also when there are several to choose from; {@code
   * FILE_SYSTEM_DAMAGED}; and what {@link TreeImport#run} refuses.
   */
  public Outcome<ImportReport> run(Request request, TaskProgress progress) {
    Optional<Disk> disk = disks.find(request.disk.value());
    if (disk.isEmpty()) {
      return new Outcome.Refused<>(
          StorageError.DISK_NOT_FOUND, "There is no disk " + request.disk + ".");
    }
    return ForeignFiles.open(disk.get(), request.partition)
        .then(files -> copied(files, request, progress));
  }

  private static Outcome<ImportReport> copied(
      ForeignFiles files, Request request, TaskProgress progress) {
    try (files) {
      return TreeImport.run(
          files.root(), request.volume, request.directory, request.owner, progress);
    }
  }
}
