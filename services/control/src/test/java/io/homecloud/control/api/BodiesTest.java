package io.homecloud.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
  private static final ObjectMapper JSON = Bodies.strict(ControlSchema.json());

  enum Colour {
    red,
    green
  }

  record Inner(int count) {
    Inner {
      if (count < 0) {
        throw new IllegalArgumentException("a count is not negative");
      }
    }
  }

  record Body(
      @Nullable Name name,
      @Nullable Quantity size,
      @Nullable String text,
      int number,
      @Nullable Long large,
      @Nullable Double real,
      boolean flag,
      @Nullable Colour colour,
      @Nullable Inner inner,
      @Nullable List<String> list,
      @Nullable Map<String, String> labels,
      @Nullable UUID uid,
      @Nullable Instant time) {}

  private static Body parse(String text) {
    return Bodies.parse(JSON, text, Body.class);
  }

  private static String refusal(String text) {
    try {
      parse(text);
    } catch (ProblemException e) {
      assertThat(e.code().status()).isEqualTo(400);
      return e.detail();
    }
    throw new AssertionError("was taken: " + text);
  }

  @Test
  void aRightBodyIsRead() {
    // Given
    String text =
        """
        {"name":"photos","size":"20G","text":"é😀","number":3,"large":9000000000,"real":2,"flag":true,"colour":"red",
         "inner":{"count":1},"list":["a"],"labels":{"a":"b"},"uid":"018f3f7e-0000-4000-8000-000000000001",
         "time":"2026-11-21T10:00:00Z"}
        """;

    // When
    Body body = parse(text);

    // Then
    assertThat(body)
        .isEqualTo(
            new Body(
                new Name("photos"),
                Quantity.parse("20G"),
                "é😀",
                3,
                9_000_000_000L,
                2.0,
                true,
                Colour.red,
                new Inner(1),
                List.of("a"),
                Map.of("a", "b"),
                UUID.fromString("018f3f7e-0000-4000-8000-000000000001"),
                Instant.parse("2026-11-21T10:00:00Z")));
  }

  @Test
  void whatIsLeftOutOrNullIsItsDefault() {
    // When // Then
    assertThat(parse("{}")).isEqualTo(parse("{\"number\":null,\"flag\":null,\"name\":null}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"number":1,"colur":"red"} | There is no member colur.
          {"number":1,"inner":{"cuont":1}} | There is no member inner.cuont.
          {"number":"1"} | number is missing or of the wrong type: a whole number is expected.
          {"number":1.5} | number has a value that is not allowed there: a whole number is expected.
          {"number":true} | number is missing or of the wrong type: a whole number is expected.
          {"number":99999999999} | number cannot be used.
          {"number":1e400} | number
          {"number":[1]} | number is missing or of the wrong type: a whole number is expected.
          {"number":1,"text":7} | text has a value that is not allowed there: a text in quotes is expected.
          {"number":1,"text":true} | text has a value that is not allowed there: a text in quotes is expected.
          {"number":1,"text":{}} | text is missing or of the wrong type: a text in quotes is expected.
          {"number":1,"flag":"true"} | flag is missing or of the wrong type: true or false is expected.
          {"number":1,"flag":1} | flag has a value that is not allowed there: true or false is expected.
          {"number":1,"colour":"blue"} | colour has a value that is not allowed there: one of red, green is expected.
          {"number":1,"colour":0} | colour has a value that is not allowed there: one of red, green is expected.
          {"number":1,"colour":""} | colour has a value that is not allowed there: one of red, green is expected.
          {"number":1,"list":"a"} | list is missing or of the wrong type: a list in [ ] is expected.
          {"number":1,"list":[1]} | list.[0] has a value that is not allowed there: a text in quotes is expected.
          {"number":1,"inner":{"count":-1}} | inner: a count is not negative
          {"number":1,"inner":"x"} | inner
          {"number":1,"name":"../etc"} | name: A name is
          {"number":1,"name":7} | name is missing or of the wrong type: a text in quotes is expected.
          {"number":1,"size":"lots"} | size: A size is
          {"number":1,"size":-5} | size is missing or of the wrong type: a text in quotes is expected.
          {"number":1,"uid":"x"} | uid has a value that is not allowed there: a text in quotes is expected.
          {"number":1,"time":"yesterday"} | time has a value that is not allowed there: a time as 2026-11-21T10:00:00Z is expected.
          [] | The body is missing or of the wrong type: an object in { } is expected.
          "text" | The body
          7 | The body
          """)
  void whatIsWrongIsNamed(String text, String sentence) {
    // When // Then
    assertThat(refusal(text)).startsWith(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null"})
  void anEmptyBodyIsSaidToBeEmpty(String text) {
    // When // Then
    assertThat(refusal(text)).isEqualTo("The body is empty; it has to be JSON.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{'a':1}",
        "{\"number\":1,}",
        "{\"number\":NaN}",
        "<xml/>",
        "{\"number\":01}"
      })
  void whatIsNotJsonIsSaidWhere(String text) {
    // When // Then
    assertThat(refusal(text)).startsWith("It is not JSON, see line 1, column ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"number\":1} {\"number\":2}",
        "{\"number\":1} x",
        "{\"number\":1,\"number\":2}",
        "{\"number\":1,\"inner\":{\"count\":1,\"count\":2}}"
      })
  void oneValueInWhichNothingComesTwice(String text) {
    // When // Then
    assertThat(refusal(text)).matches("It (has to be one JSON value|is not JSON).*line 1.*");
  }

  @Test
  void nulIsNeitherInTextsNorInNames() {
    // When // Then
    assertThat(refusal("{\"number\":1,\"text\":\"a\\u0000b\"}")).contains("NUL");
    assertThat(refusal("{\"number\":1,\"list\":[\"\\u0000\"]}")).contains("NUL");
    assertThat(refusal("{\"number\":1,\"labels\":{\"a\\u0000\":\"b\"}}")).contains("NUL");
  }

  @Test
  void bombsAreRefusedQuickly() {
    // Given
    String deep = "{\"number\":1,\"inner\":" + "[".repeat(500_000);
    String deeper = "{\"inner\":".repeat(100_000);
    String digits = "{\"number\":" + "9".repeat(900_000) + "}";
    String exponent = "{\"number\":1e999999999}";
    String real = "{\"number\":1,\"large\":1e999999999}";
    String quantity = "{\"number\":1,\"size\":\"" + "9".repeat(900_000) + "\"}";
    String name = "{\"" + "n".repeat(900_000) + "\":1}";
    long begin = System.nanoTime();

    // When
    List<String> refusals =
        List.of(deep, deeper, digits, exponent, real, quantity, name).stream()
            .map(BodiesTest::refusal)
            .toList();

    // Then
    assertThat(refusals).allSatisfy(refusal -> assertThat(refusal).hasSizeLessThan(400));
    assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
  }

  @Test
  void namesFromOutsideArePrintable() {
    // When // Then
    assertThat(refusal("{\"a\\nb\\u202e" + "c".repeat(100) + "\":1}"))
        .startsWith("There is no member a?b?ccc")
        .hasSizeLessThan(100);
  }

  @Test
  void problemsOfOurOwnKeepTheirCode() {
    // When // Then
    assertThatThrownBy(() -> parse("{\"number\":1,\"name\":\"A\"}"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(CommonProblem.NAME_INVALID));
    assertThatThrownBy(() -> parse("{\"number\":1,\"size\":\"A\"}"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(CommonProblem.QUANTITY_INVALID));
  }
}
