package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OnlyHostStartsProgramsTest {
  @Test
  void hostEmbeddedAndTestKitKeepIt() {
    OnlyHostStartsPrograms.check("io.homecloud.host", "io.homecloud.embedded");
    OnlyHostStartsPrograms.check("io.homecloud.testkit");
  }

  @Test
  void classThatStartsProgramsIsFound() {
    assertThatThrownBy(() -> OnlyHostStartsPrograms.check("example.starter"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ByBuilder")
        .hasMessageContaining("ByRuntime");
  }
}
