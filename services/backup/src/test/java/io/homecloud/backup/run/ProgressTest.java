package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.backup.tree.RunMark.Contents;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long it takes is said where somebody can say, and nowhere else. */
class ProgressTest {
  private static final Optional<Contents> BEFORE =
      Optional.of(new Contents(1_000, 5_000_000, 0, 0));

  @Test
  void ofAFirstCopyTheBytesTellOnceAllAreKnown() {
    // When
    Progress early = Progress.of(new CopyProgress(500, 1, 1, 10), 60_000, Optional.empty());
    Progress later =
        Progress.of(new CopyProgress(1_000, 1, 1, 10, true, 4_000), 60_000, Optional.empty());

    // Then
    assertThat(early.secondsLeft()).isNull();
    assertThat(early.filesTotal()).isNull();
    assertThat(later.secondsLeft()).isEqualTo(180);
    assertThat(later.filesTotal()).isEqualTo(10);
    assertThat(later.bytesTotal()).isEqualTo(4_000);
  }

  @Test
  void ofTheNextOneTheCopyBeforeTells() {
    // When
    Progress quarter = Progress.of(new CopyProgress(0, 0, 250, 300), 10_000, BEFORE);
    Progress grown = Progress.of(new CopyProgress(0, 0, 1_500, 1_600), 10_000, BEFORE);
    Progress listed = Progress.of(new CopyProgress(7, 1, 5, 10, true, 0), 10_000, BEFORE);

    // Then
    assertThat(quarter.filesTotal()).isEqualTo(1_000);
    assertThat(quarter.bytesTotal()).isEqualTo(5_000_000);
    assertThat(quarter.secondsLeft()).isEqualTo(30);
    assertThat(grown.secondsLeft()).isNull();
    assertThat(listed.secondsLeft()).isEqualTo(10);
  }

  @Test
  void inTheFirstMomentNobodyCanSay() {
    // When, Then
    assertThat(Progress.of(new CopyProgress(0, 0, 250, 300), 900, BEFORE).secondsLeft()).isNull();
    assertThat(Progress.of(new CopyProgress(0, 0, 0, 0), 9_000, BEFORE).secondsLeft()).isNull();
  }
}
