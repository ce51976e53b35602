package io.homecloud.storage.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.task.TaskProgress;
import java.util.List;
import java.util.function.LongPredicate;

/** Progress that somebody looks at. */
final class Watched {
  private Watched() {}

  static TaskProgress cancelAt(LongPredicate enough) {
    return new TaskProgress() {
      private boolean cancelled;

      @Override
      public void report(long done, long total, String unit) {
        cancelled |= enough.test(done);
      }

      @Override
      public boolean cancelled() {
        return cancelled;
      }
    };
  }

  static TaskProgress noting(List<Long> progress) {
    return new TaskProgress() {
      @Override
      public void report(long done, long total, String unit) {
        assertThat(done).isLessThanOrEqualTo(total);
        assertThat(unit).isEqualTo("bytes");
        progress.add(done);
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
