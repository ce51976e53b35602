package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.ask.Away;
import io.homecloud.control.task.TaskProgress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A job that is taken up when storage does not answer yet. */
class StorageWaitTest {
  private record Job(boolean cancelled) implements TaskProgress {
    @Override
    public void report(long done, long total, String unit) {}
  }

  private final AtomicInteger asked = new AtomicInteger();

  private String ask() throws Away {
    if (asked.incrementAndGet() < 3) {
      throw new Away("storage does not answer");
    }
    return "there";
  }

  @Test
  void storageIsAskedUntilItAnswers() throws Away {
    // When, Then
    assertThat(StorageWait.insisting(new Job(false), this::ask)).isEqualTo("there");
  }

  @Test
  void nobodyInsistsWhenTheJobIsNotWantedAnyMore() {
    // When, Then
    assertThatThrownBy(() -> StorageWait.insisting(new Job(true), this::ask))
        .isInstanceOf(Away.class);
    assertThat(asked).hasValue(1);
  }
}
