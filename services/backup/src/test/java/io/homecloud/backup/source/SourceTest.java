package io.homecloud.backup.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is copied, as it is wished and kept. */
class SourceTest {
  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"volume\":\"photos\"}",
        "{\"volume\":\"photos\",\"path\":\"summer\",\"exclude\":[\"*.tmp\"]}",
        "{\"installation\":true}",
      })
  void whatIsReadIsWrittenAndNoMore(String said) throws JsonProcessingException {
    // When
    String written = json.writeValueAsString(json.readValue(said, Source.class));

    // Then
    assertThat(written).isEqualTo(said);
  }

  @Test
  void whatIsNotSaidIsTheSameAsNo() throws JsonProcessingException {
    // When
    Source no = json.readValue("{\"volume\":\"photos\",\"installation\":false}", Source.class);

    // Then
    assertThat(no).isEqualTo(json.readValue("{\"volume\":\"photos\"}", Source.class));
  }
}
