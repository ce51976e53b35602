package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks for differences as a caller does. */
final class Diffs {
  /** Wants to know nothing and stops nothing. */
  static final TaskProgress NOBODY =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private Diffs() {}

  /** All changes, fetched in small pages. */
  static List<FileChange> between(TestVolumes volumes, Path older, Path newer) {
    return between(volumes, older, newer, Difference.Source.TREES);
  }

  static List<FileChange> between(
      TestVolumes volumes, Path older, Path newer, Difference.Source source) {
    return between(volumes, older, newer, source, Detail.USUAL);
  }

  static List<FileChange> between(
      TestVolumes volumes, Path older, Path newer, Difference.Source source, Detail detail) {
    Path file = volumes.scratch().resolve("changes");
    List<FileChange> all = new ArrayList<>();
    try (ChangeList list =
        done(
            new SnapshotDiff(volumes.scratch(), source)
                .between(older, newer, file, detail, NOBODY))) {
      for (long at = 0; at < list.size(); at += 7) {
        all.addAll(list.page(at, 7));
      }
      Files.delete(file);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(var why) -> throw new AssertionError(why.toString());
    };
  }
}
