package io.homecloud.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "20G,20000000000,20G",
    "1.5Gi,1610612736,1536Mi",
    "1048576,1048576,1Mi",
    "500Mi,524288000,500Mi",
    "7E,7000000000000000000,7E",
    "1k,1000,1k",
    "0.5,1,1",
    "1500,1500,1500"
  })
  void readsAndWritesTheShortestExactForm(String text, long bytes, String written) {
    // When
    Quantity quantity = Quantity.parse(text);
    // Then
    assertThat(quantity.bytes()).isEqualTo(bytes);
    assertThat(quantity).hasToString(written);
    assertThat(Quantity.parse(written)).isEqualTo(quantity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1e3",
        "8Ei",
        "99999999999999999999",
        "20 G",
        "G",
        "1KB",
        "NaN",
        "٣G",
        "1.G"
      })
  void refusesWhatIsNoSize(String text) {
    // When / Then
    assertThatThrownBy(() -> Quantity.parse(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("quantity-invalid");
  }
}
