package io.homecloud.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FileAnswerTest {
  @Test
  void aTimeThatNoHeaderCanSayIsTheNearestThatOneCan() {
    // When / Then
    assertThat(FileAnswer.date(Instant.MAX)).isEqualTo("9999-12-31T23:59:59Z");
    assertThat(FileAnswer.date(Instant.MIN)).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(FileAnswer.date(Instant.parse("2009-03-01T12:34:56Z")))
        .isEqualTo("2009-03-01T12:34:56Z");
  }
}
