package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What a person does with kubectl, in the namespace of the application under test. */
final class Kubectl implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(2);
  static final String MANAGER = "kubectl";
  private static final int PATIENCE = 4;
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Connection connection = Connection.found();
  private final Api api;

  Kubectl() {
    this(System.getProperty("homecloud.test.namespace"));
  }

  Kubectl(String namespace) {
    this.api = new Api(connection.client(), namespace, new ObjectMapper());
  }

  Api api() {
    return api;
  }

  Connection connection() {
    return connection;
  }

  static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** {@code kubectl apply --server-side}. */
  JsonNode apply(CustomKind kind, String manifest) {
    return apply(kind, manifest, false);
  }

  /** The same with {@code --force-conflicts}. */
  JsonNode force(CustomKind kind, String manifest) {
    return apply(kind, manifest, true);
  }

  private JsonNode apply(CustomKind kind, String manifest, boolean forced) {
    ObjectNode document = yaml(manifest);
    document.put("apiVersion", "homecloud.io/v1alpha1").put("kind", kind.kind());
    String name = document.path("metadata").path("name").asText();
    return answered(() -> api.apply(kind, name, document, MANAGER, forced));
  }

  /** Asks again, as a person does, where the API server waits for its disk too long. */
  private static <T> T answered(Supplier<T> asking) {
    for (int again = 0; again < PATIENCE; again++) {
      try {
        return asking.get();
      } catch (ApiAway later) {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
    }
    return asking.get();
  }

  JsonNode get(CustomKind kind, String name) {
    return answered(() -> api.find(kind, name))
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  void delete(CustomKind kind, String name) {
    String uid = get(kind, name).path("metadata").path("uid").asText();
    answered(() -> {
      api.delete(kind, name, uid);
      return uid;
    });
  }

  /** Its condition of that type; empty while there is none. */
  static Optional<JsonNode> condition(JsonNode document, String type) {
    for (JsonNode condition : document.path("status").path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** Waits until its newest spec is there. */
  JsonNode ready(CustomKind kind, String name) {
    within(
        LIMIT,
        () -> {
          JsonNode document = get(kind, name);
          assertThat(document.path("status").path("observedGeneration").asLong())
              .as("%s", document)
              .isEqualTo(document.path("metadata").path("generation").asLong());
          assertThat(condition(document, "Ready").orElseThrow().path("status").asText())
              .as("%s", document)
              .isEqualTo("True");
        });
    return get(kind, name);
  }

  /** Waits until it is refused for that. */
  JsonNode refused(CustomKind kind, String name, String reason) {
    within(
        LIMIT,
        () ->
            assertThat(condition(get(kind, name), "Ready").map(one -> one.path("reason").asText()))
                .contains(reason));
    return condition(get(kind, name), "Ready").orElseThrow();
  }

  void absent(CustomKind kind, String name) {
    within(LIMIT, () -> assertThat(api.find(kind, name)).isEmpty());
  }

  /** Reasons of the events about it, in no order. */
  List<String> told(String name) {
    return events(name).stream().map(event -> event.path("reason").asText()).toList();
  }

  /** What events about it say, in no order. */
  List<String> messages(String name) {
    return events(name).stream().map(event -> event.path("message").asText()).toList();
  }

  private List<JsonNode> events(String name) {
    List<JsonNode> events = new ArrayList<>();
    for (JsonNode event : api.found(api.inNamespace("events")).orElseThrow().path("items")) {
      if (event.path("involvedObject").path("name").asText().equals(name)) {
        events.add(event);
      }
    }
    return events;
  }

  @Override
  public void close() {
    connection.close();
  }
}
