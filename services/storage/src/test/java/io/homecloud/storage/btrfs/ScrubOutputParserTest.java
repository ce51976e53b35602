package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScrubOutputParserTest {
  @Test
  void theCountersOfAFinishedScrubAreRead() throws Exception {
    // Given
    String recorded;
    try (var file = getClass().getResourceAsStream("scrub-uncorrectable.txt")) {
      recorded = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
    // When
    var counters = ScrubOutputParser.parse(recorded);
    // Then
    assertThat(counters)
        .containsEntry("data_bytes_scrubbed", 1_992_294_400L)
        .containsEntry("uncorrectable_errors", 400L)
        .containsEntry("corrected_errors", 0L)
        .hasSize(15);
  }

  @Test
  void severalDisksAreAddedUp() {
    // When
    var counters = ScrubOutputParser.parse("\tcsum_errors: 3\nx\n\tcsum_errors: 4\n");
    // Then
    assertThat(counters).containsOnlyKeys("csum_errors").containsEntry("csum_errors", 7L);
  }

  @Test
  void whatIsNoCounterIsLeftOut() {
    // When
    var counters =
        ScrubOutputParser.parse(
            "csum_errors: 3\n\tcsum_errors: -3\n\tevil: 99999999999999999999\n");
    // Then
    assertThat(counters).isEmpty();
  }
}
