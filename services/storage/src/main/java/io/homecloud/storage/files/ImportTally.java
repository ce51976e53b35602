package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageError;
import java.util.ArrayList;
import java.util.List;

/** Counts what an import does, and tells how far it is. */
final class ImportTally {
  private final TaskProgress progress;
  private final long total;
  private final List<ImportFinding> findings = new ArrayList<>();
  private long done;
  private long files;
  private long bytes;
  private long skipped;
  private long notImported;

  ImportTally(TaskProgress progress, long total) {
    this.progress = progress;
    this.total = total;
  }

  /** So many bytes of the source need no more work. */
  void passed(long more) throws FileRefused {
    done += more;
    progress.report(Math.min(done, total), total, "bytes");
    heed();
  }

  /** Ends everything when nobody wants it any more. */
  void heed() throws FileRefused {
    if (progress.cancelled()) {
      throw new FileRefused(StorageError.CANCELLED);
    }
  }

  void copied(long size) {
    files++;
    bytes += size;
  }

  void skipped() {
    skipped++;
  }

  void notImported(FilePath path, StorageError error) {
    notImported++;
    if (findings.size() < ImportReport.NAMED) {
      findings.add(new ImportFinding(path, error));
    }
  }

  ImportReport finished() {
    progress.report(total, total, "bytes");
    return new ImportReport(files, bytes, skipped, notImported, findings);
  }
}
