package io.homecloud.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server makes of documents that are applied. */
class DocumentsIT {
  private final String namespace = "documents-" + UUID.randomUUID();
  private Kubectl kubectl;

  @BeforeEach
  void install() {
    kubectl = TestCluster.kubectl(namespace);
  }

  @AfterEach
  void disconnect() {
    kubectl.close();
  }

  @Test
  void whatIsEmptiedInAStatusIsTakenAway() {
    // Given
    kubectl.apply(
        CustomKind.SHARE, "{metadata: {name: emptied}, spec: {volume: any, protocols: [smb]}}");
    var documents = new Documents(kubectl.api().namespace(), new ObjectMapper());
    ObjectNode body = documents.bare(CustomKind.SHARE, "emptied");
    body.withObject("/status").put("observedGeneration", 1);
    body.withObject("/status/urls").put("smb", "smb://node/emptied");
    var _ = kubectl.api().applyStatus(CustomKind.SHARE, "emptied", body, "test");
    body.withObject("/status/urls").removeAll();
    assertThatThrownBy(() -> kubectl.api().applyStatus(CustomKind.SHARE, "emptied", body, "test"))
        .hasMessageContaining("null");

    // When
    body.set("status", Documents.withoutEmpty(body.withObject("/status")));
    JsonNode after = kubectl.api().applyStatus(CustomKind.SHARE, "emptied", body, "test");

    // Then
    assertThat(after.path("status").has("urls")).isFalse();
  }

  @Test
  void whatIsEmptiedInAWishIsEmpty() {
    // Given: Macs may back up, with a limit
    var documents = new Documents(kubectl.api().namespace(), new ObjectMapper());
    ObjectNode body = documents.bare(CustomKind.SHARE, "macs");
    body.withObject("/spec").put("volume", "any").putArray("protocols").add("smb");
    body.withObject("/spec/timeMachine").put("limit", "500Gi");
    var _ = kubectl.api().apply(CustomKind.SHARE, "macs", body, Applied.MANAGER, false);

    // When: without one
    body.withObject("/spec/timeMachine").removeAll();
    JsonNode after = kubectl.api().apply(CustomKind.SHARE, "macs", body, Applied.MANAGER, false);

    // Then
    assertThat(after.path("spec").path("timeMachine"))
        .isEqualTo(new ObjectMapper().createObjectNode());
    assertThat(after.path("spec").path("volume").asText()).isEqualTo("any");
  }
}
