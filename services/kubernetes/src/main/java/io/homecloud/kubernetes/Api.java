package io.homecloud.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.URLUtils;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The few requests that are made of the Kubernetes API beside watching, as JSON. Every verb throws
 * {@link ApiAway} when nobody answers within some seconds, and {@link ApiRefused} for what is
 * answered otherwise than hoped.
 */
final class Api {
  private static final int SECONDS = 10;
  private static final String JSON = "application/json";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String MERGE = "application/merge-patch+json";

  private final KubernetesClient client;
  private final String namespace;
  private final ObjectMapper json;

  Api(KubernetesClient client, String namespace, ObjectMapper json) {
    this.client = client;
    this.namespace = namespace;
    this.json = json;
  }

  String namespace() {
    return namespace;
  }

  /** One custom resource; empty when there is none of that name. */
  Optional<ObjectNode> find(CustomKind kind, String name) {
    return found(path(kind, name));
  }

  /** Whatever is at that path. */
  Optional<ObjectNode> found(String path) {
    try {
      return Optional.of(request("GET", path, JSON, null));
    } catch (ApiRefused refused) {
      if (refused.code() == ApiRefused.NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /**
   * Server-side apply of what the body holds, and of nothing that it does not hold. An object that
   * is emptied goes first, and comes as an empty one then: of one that had something the API server
   * makes {@code null} else, which its own schema refuses.
   *
   * @param force also over what others have set
   */
  ObjectNode apply(CustomKind kind, String name, ObjectNode body, String manager, boolean force) {
    String path = path(kind, name) + managed(manager, force);
    try {
      return request("PATCH", path, APPLY, body);
    } catch (ApiRefused refused) {
      if (!refused.isOfNull()) {
        throw refused;
      }
      var _ = request("PATCH", path, APPLY, Documents.withoutEmpty(body.deepCopy()));
      return request("PATCH", path, APPLY, body);
    }
  }

  /** Server-side apply of a status. */
  ObjectNode applyStatus(CustomKind kind, String name, ObjectNode body, String manager) {
    return request("PATCH", path(kind, name) + "/status" + managed(manager, true), APPLY, body);
  }

  /** Changes metadata; a conflict when {@code metadata.resourceVersion} is in it and is old. */
  ObjectNode merge(CustomKind kind, String name, ObjectNode body, String manager) {
    return request("PATCH", path(kind, name) + "?fieldManager=" + manager, MERGE, body);
  }

  /** Deletes the resource of that uid; one that is gone is fine. */
  void delete(CustomKind kind, String name, String uid) {
    ObjectNode options =
        json.createObjectNode().put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.putObject("preconditions").put("uid", uid);
    try {
      var _ = request("DELETE", path(kind, name), JSON, options);
    } catch (ApiRefused refused) {
      if (refused.code() != ApiRefused.NOT_FOUND && refused.code() != ApiRefused.CONFLICT) {
        throw refused;
      }
    }
  }

  /** A Secret of ours, to be created, that has no data yet. */
  ObjectNode newSecret(String name) {
    ObjectNode secret = json.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    secret
        .putObject("metadata")
        .put("name", name)
        .putObject("labels")
        .put("app.kubernetes.io/part-of", "homecloud");
    return secret;
  }

  ObjectNode create(String path, ObjectNode body) {
    return request("POST", path, JSON, body);
  }

  ObjectNode replace(String path, ObjectNode body) {
    return request("PUT", path, JSON, body);
  }

  /** Of the namespace, for what is in it. */
  String inNamespace(String plural) {
    return "/api/v1/namespaces/" + namespace + "/" + plural;
  }

  private String path(CustomKind kind, String name) {
    return "/apis/"
        + HomecloudResource.GROUP
        + "/"
        + HomecloudResource.VERSION
        + "/namespaces/"
        + namespace
        + "/"
        + kind.plural()
        + "/"
        + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static String managed(String manager, boolean force) {
    return "?fieldManager=" + manager + "&force=" + force + "&fieldValidation=Strict";
  }

  private ObjectNode request(String method, String path, String type, @Nullable JsonNode body) {
    String text = body == null ? null : body.toString();
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(URLUtils.join(client.getMasterUrl().toString(), path))
            .header("Accept", JSON)
            .method(method, type, text)
            .build();
    try {
      return answer(
          client.getHttpClient().sendAsync(request, String.class).get(SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      throw new ApiAway(String.valueOf(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      throw new ApiAway("no answer within " + SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiAway("interrupted");
    }
  }

  private ObjectNode answer(HttpResponse<String> response) {
    JsonNode body;
    try {
      body = json.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new ApiAway("an answer that is no JSON, " + response.code());
    }
    if (response.code() >= 500 || response.code() == 429) {
      throw new ApiAway(response.code() + ": " + body.path("message").asText());
    }
    if (response.isSuccessful() && body instanceof ObjectNode object) {
      return object;
    }
    throw new ApiRefused(response.code(), body);
  }
}
