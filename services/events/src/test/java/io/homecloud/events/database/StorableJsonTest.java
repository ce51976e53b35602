package io.homecloud.events.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StorableJsonTest {
  private final StorableJson json = new StorableJson(new ObjectMapper());

  @Test
  void nulBecomesTheReplacementCharacter() {
    // When
    String text = json.write(Map.of("a\0b", "c\0d\\u0000"));

    // Then
    assertThat(text).isEqualTo("{\"a\\ufffdb\":\"c\\ufffdd\\\\u0000\"}");
  }

  @Test
  void everythingElseStays() throws Exception {
    // Given
    Map<String, String> value = Map.of("key", "\u0001 \t\n \"quoted\" \\ é € 😀");

    // When
    String text = json.write(value);

    // Then
    assertThat(new ObjectMapper().readTree(text)).isEqualTo(new ObjectMapper().valueToTree(value));
  }

  @Test
  void textIsCutAndHasNoNul() {
    // When // Then
    assertThat(StorableJson.text("a\0bc", 3)).isEqualTo("a\ufffdb");
  }
}
