package io.homecloud.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.TestKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What sharing tells to others. */
public final class Told {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Told() {}

  /** Waits until it was told, as the schema has it; what the first such event says. */
  public static JsonNode told(String type, String word) {
    List<String> found = new ArrayList<>();
    Eventually.eventually(() -> {
      found.clear();
      TestKafka.messages("homecloud.sharing").stream()
          .filter(message -> message.contains(type) && message.contains(word))
          .forEach(found::add);
      assertThat(found).isNotEmpty();
      assertThat(EventSchemas.violations(found.getFirst())).isEmpty();
    });
    try {
      return JSON.readTree(found.getFirst()).path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
