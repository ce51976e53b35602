package io.homecloud.backup.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.tree.RunMark.Contents;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void ofACopyOfWhichNobodyKnowsWhatIsInItNothingIsSaid() {
    // When, Then
    assertThat(Words.contents(Contents.NONE)).isEmpty();
    assertThat(Words.contents(new Contents(2, 1_000, 0, 0))).startsWith("2 files, ");
  }
}
