package io.homecloud.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void selfLivesAndItsTextReadsBack() {
    // Given
    ProcessIdentity self = ProcessIdentity.self();
    // When
    ProcessIdentity read = ProcessIdentity.parse(self.text()).orElseThrow();
    // Then
    assertThat(read).isEqualTo(self);
    assertThat(read.lives()).isTrue();
  }

  @Test
  void sameNumberOfAnotherTimeOrBootIsAStranger() {
    // Given
    ProcessIdentity self = ProcessIdentity.self();
    // When // Then
    assertThat(new ProcessIdentity(self.pid(), self.startTicks() + 1, self.boot()).lives())
        .isFalse();
    assertThat(
            new ProcessIdentity(
                    self.pid(), self.startTicks(), "00000000-0000-0000-0000-000000000000")
                .lives())
        .isFalse();
  }

  @Test
  void anyOtherTextIsNoProcess() {
    assertThat(ProcessIdentity.parse("1.2")).isEmpty();
    assertThat(ProcessIdentity.parse("../1.2.x")).isEmpty();
    assertThat(ProcessIdentity.parse("")).isEmpty();
  }

  @Test
  void nameOfAProgramCannotForgeItsFields() {
    // Given
    String line =
        "42 (a) Z 1 1 (b) S 7 42 43 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 10 1 1";
    // When
    ProcessStat stat = ProcessStat.parse(42, line).orElseThrow();
    // Then
    assertThat(stat).isEqualTo(new ProcessStat(42, 'S', 7, 43, 1, 98765));
  }

  @Test
  void zombieWithAThreadLeftHasNotEnded() {
    assertThat(new ProcessStat(42, 'Z', 7, 43, 2, 98765).ended()).isFalse();
    assertThat(new ProcessStat(42, 'Z', 7, 43, 1, 98765).ended()).isTrue();
  }
}
