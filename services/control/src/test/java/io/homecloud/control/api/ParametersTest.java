package io.homecloud.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static void assertProblem(CommonProblem code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.code()).isEqualTo(code));
  }

  @Test
  void whatIsAbsentHasItsDefault() {
    // When // Then
    assertThat(Parameters.limit(null)).isEqualTo(100);
    assertThat(Parameters.waiting(null)).isZero();
    assertThat(Parameters.position(null)).isEmpty();
    assertThat(Parameters.labels(null)).isEmpty();
    assertThat(Parameters.ifMatch(null)).isEmpty();
    assertThat(Parameters.ifMatch("*")).isEmpty();
    assertThat(Parameters.idempotencyKey(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "ten", "", "99999999999", "1.5", "٣"})
  void aLimitIsOneToAThousand(String text) {
    // Given
    boolean arabicThree = text.equals("٣");

    // When // Then
    if (arabicThree) {
      assertThat(Parameters.limit(text)).isEqualTo(3);
    } else {
      assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.limit(text));
    }
  }

  @ParameterizedTest
  @CsvSource({"250ms, 250", "30s, 30000", "5m, 300000", "300s, 300000"})
  void aWaitIsATime(String text, long millis) {
    // When // Then
    assertThat(Parameters.waiting(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "-1s", "6m", "301s", "1h", "s", "1 s", "999999s"})
  void aWaitIsNotLong(String text) {
    // When // Then
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.waiting(text));
  }

  @Test
  void aContinueTokenComesBack() {
    // When // Then
    assertThat(Parameters.position(Parameters.continueToken("photos-2026")))
        .isEqualTo("photos-2026");
  }

  @Test
  void aPageMayEndWithTheLongestNameThatAFileCanHave() {
    // Given
    String escaped = "%E6".repeat(255);

    // When // Then
    assertThat(Parameters.position(Parameters.continueToken(escaped))).isEqualTo(escaped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "photos", "cGhvdG9z", "2:abc"})
  void anyOtherTokenIsRefused(String token) {
    // When // Then
    assertProblem(CommonProblem.CONTINUE_INVALID, () -> Parameters.position(token));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1:a\0b", "1:%s"})
  void aForgedTokenIsRefused(String text) {
    // Given
    String token =
        Base64.getUrlEncoder()
            .encodeToString(text.formatted("x".repeat(1200)).getBytes(StandardCharsets.UTF_8));

    // When // Then
    assertProblem(CommonProblem.CONTINUE_INVALID, () -> Parameters.position(token));
  }

  @Test
  void labelsAreAllThatIsAskedFor() {
    // When // Then
    assertThat(Parameters.labels("a=b,homecloud.io/c==d,e="))
        .isEqualTo(Map.of("a", "b", "homecloud.io/c", "d", "e", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=b", ",", "a=b,", "a=b\0"})
  void labelsArePairs(String selector) {
    // When // Then
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.labels(selector));
  }

  @Test
  void aRevisionIsANumberInQuotes() {
    // When // Then
    assertThat(Parameters.ifMatch("\"17\"")).contains(17L);
    assertThat(Parameters.ifMatch("17")).contains(17L);
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.ifMatch("W/\"17\""));
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.ifMatch("\"1\", \"2\""));
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.ifMatch(""));
  }

  @Test
  void anIdempotencyKeyIsVisibleText() {
    // When // Then
    assertThat(Parameters.idempotencyKey("a-Z_0/9")).contains("a-Z_0/9");
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.idempotencyKey(""));
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.idempotencyKey("a b"));
    assertProblem(CommonProblem.PARAMETER_INVALID, () -> Parameters.idempotencyKey("ä"));
    assertProblem(
        CommonProblem.PARAMETER_INVALID, () -> Parameters.idempotencyKey("x".repeat(256)));
  }

  @Test
  void whatIsNoIdIsNotThere() {
    // Given
    UUID id = UUID.randomUUID();

    // When // Then
    assertThat(Parameters.uuid("task", id.toString())).isEqualTo(id);
    assertProblem(CommonProblem.NOT_FOUND, () -> Parameters.uuid("task", "../x"));
  }
}
