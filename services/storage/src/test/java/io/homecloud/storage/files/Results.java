package io.homecloud.storage.files;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;

/** Takes results apart for assertions. */
final class Results {
  static final TaskProgress UNWATCHED =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private Results() {}

  static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal why) -> throw new AssertionError("refused: " + why);
    };
  }

  static StorageError error(Outcome<?> outcome) {
    return outcome
        .refusal()
        .orElseThrow(() -> new AssertionError("not refused: " + outcome))
        .error();
  }
}
