package io.homecloud.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "photos-2026",
        "a23456789-123456789-123456789-123456789-123456789-123456789-123"
      })
  void takesLabels(String text) {
    // When / Then
    assertThat(new Name(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "a/b",
        "a\0b",
        "-rf",
        "a-",
        "Ä",
        "фото",
        "A",
        "a b",
        "a.b",
        "a\n",
        "a23456789-123456789-123456789-123456789-123456789-123456789-1234"
      })
  void refusesEverythingElse(String text) {
    // When / Then
    assertThatThrownBy(() -> new Name(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("name-invalid");
  }
}
