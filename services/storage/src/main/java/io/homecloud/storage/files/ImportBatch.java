package io.homecloud.storage.files;

import io.homecloud.storage.StorageFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that are copied but have not their names yet. They get them together, when all their data
 * is on the disk: so a file that is there under its name is whole, whatever happens, and not every
 * small file waits for the disk alone.
 */
final class ImportBatch {
  private static final int MOST_STEPS = 256;
  private static final long MOST_BYTES = 256L << 20;

  private sealed interface Step {
    record Name(FileName partial, FilePath from, FilePath to, long size) implements Step {}

    record Time(FilePath directory, Instant modified) implements Step {}
  }

  private final BeneathDirectory target;
  private final Descriptor place;
  private final ImportTally tally;
  private final List<Step> steps = new ArrayList<>();
  private long bytes;

  ImportBatch(BeneathDirectory target, Descriptor place, ImportTally tally) {
    this.target = target;
    this.place = place;
    this.tally = tally;
  }

  /**
   * A partial file that is complete.
   *
   * @param from where it came from, for a finding
   * @param to the name it gets
   */
  void name(FileName partial, FilePath from, FilePath to, long size) throws FileRefused {
    steps.add(new Step.Name(partial, from, to, size));
    bytes += size;
    flushWhenFull();
  }

  /** A directory that is complete; its time would be changed by naming files in it. */
  void time(FilePath directory, Instant modified) throws FileRefused {
    steps.add(new Step.Time(directory, modified));
    flushWhenFull();
  }

  private void flushWhenFull() throws FileRefused {
    if (steps.size() >= MOST_STEPS || bytes >= MOST_BYTES) {
      flush();
    }
  }

  void flush() throws FileRefused {
    if (steps.isEmpty()) {
      return;
    }
    try {
      CopyCalls.syncFileSystem(place);
    } catch (FileRefused e) {
      ImportFatal.orNot(e);
      throw new StorageFailure("copied files did not reach the disk: " + e.problem().word());
    }
    for (Step step : steps) {
      switch (step) {
        case Step.Name name -> give(name);
        case Step.Time(FilePath directory, Instant modified) -> {
          try (Descriptor open = target.directory(directory)) {
            Kernel.modified(open, modified);
          } catch (FileRefused moved) {
            // Somebody has taken the directory elsewhere; it is theirs now.
          }
        }
      }
    }
    steps.clear();
    bytes = 0;
  }

  private void give(Step.Name name) throws FileRefused {
    try (Descriptor parent = target.directory(name.to.parent())) {
      Kernel.rename(place, name.partial, parent, name.to.name(), false);
      tally.copied(name.size);
    } catch (FileRefused e) {
      ImportFatal.orNot(e);
      remove(name.partial);
      tally.notImported(name.from, e.problem());
    }
  }

  /** One that cannot be removed is swept later; those after it still get their names. */
  private void remove(FileName partial) throws FileRefused {
    try {
      Kernel.removeFile(place, partial);
    } catch (FileRefused e) {
      ImportFatal.orNot(e);
    }
  }
}
