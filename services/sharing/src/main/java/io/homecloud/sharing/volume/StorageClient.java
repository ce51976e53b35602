package io.homecloud.sharing.volume;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Storage's REST API, as far as sharing asks it. Of the JDK: a REST client of the framework would
 * be some hundred classes more in every process.
 */
public final class StorageClient implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StorageClient.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** Pools may have to write, one after another. */
  private static final Duration WRITTEN = Duration.ofSeconds(60);

  private static final String API = "/api/storage/v1/";
  private static final String DOCUMENTS = "documents/sharing/";
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int PAGE = 500;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final ObjectMapper json;
  private final ObjectReader reader;
  private final Supplier<Optional<URI>> base;
  private final Supplier<String> token;

  /**
   * @param base where storage answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  public StorageClient(ObjectMapper json, Supplier<Optional<URI>> base, Supplier<String> token) {
    this.json = json;
    this.reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.base = base;
    this.token = token;
  }

  /** Storage does not answer, or not as it should. */
  public static final class Away extends Exception {
    private static final long serialVersionUID = 1L;

    Away(String message) {
      super(message);
    }
  }

  /** Of a resource what sharing reads. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Item<S, T>(Meta metadata, S spec, @Nullable T status) {}

  /** Who it is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Meta(Name name, UUID uid, @Nullable Instant deletionTimestamp) {}

  /** A volume's wish. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record VolumeSpec(String pool, @Nullable String owner) {}

  /** A volume's state. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record VolumeStatus(@Nullable String mountPath, @Nullable List<Condition> conditions) {}

  /** A pool's wish: nothing of it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PoolSpec(@Nullable String node) {}

  /** A pool's state. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PoolStatus(@Nullable List<Condition> conditions) {}

  /** A snapshot's wish. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SnapshotSpec(String volume) {}

  /** A snapshot's state. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SnapshotStatus(@Nullable String path, @Nullable Instant createdAt) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Items<I>(List<I> items, @Nullable Next metadata) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Next(
      @com.fasterxml.jackson.annotation.JsonProperty("continue") @Nullable String next) {}

  public List<Item<VolumeSpec, VolumeStatus>> volumes() throws Away {
    return all("volumes", VolumeSpec.class, VolumeStatus.class);
  }

  public List<Item<PoolSpec, PoolStatus>> pools() throws Away {
    return all("pools", PoolSpec.class, PoolStatus.class);
  }

  public List<Item<SnapshotSpec, SnapshotStatus>> snapshots() throws Away {
    return all("snapshots", SnapshotSpec.class, SnapshotStatus.class);
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<VolumeSpec, VolumeStatus>> volume(Name name) throws Away {
    Optional<String> body = get("volumes/" + name);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(
            understood(() ->
                reader.forType(type(VolumeSpec.class, VolumeStatus.class)).readValue(body.get())));
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<PoolSpec, PoolStatus>> pool(Name name) throws Away {
    Optional<String> body = get("pools/" + name);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(
            understood(() ->
                reader.forType(type(PoolSpec.class, PoolStatus.class)).readValue(body.get())));
  }

  /** What a service keeps on the pools. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Document(long revision, JsonNode content) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Kept(List<String> missing) {}

  /** What this installation keeps; empty when storage says that there is none. */
  public Optional<Document> document(Name name) throws Away {
    return documentAt(DOCUMENTS + name);
  }

  /** What another installation kept on a pool that was adopted: anybody may have written it. */
  public Optional<Document> documentOfOthers(Name name) throws Away {
    return documentAt(DOCUMENTS + name + "?own=false");
  }

  private Optional<Document> documentAt(String path) throws Away {
    Optional<String> body = get(path);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(understood(() -> reader.forType(Document.class).readValue(body.get())));
  }

  /** Has it written on all pools. */
  public void keep(Name name, long revision, JsonNode content) throws Away {
    URI uri = base.get().orElseThrow(() -> new Away("it is not known yet where storage is"));
    String body =
        json.createObjectNode().put("revision", revision).set("content", content).toString();
    HttpRequest request =
        request(uri.resolve(API + DOCUMENTS + name))
            .timeout(WRITTEN)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer =
        answered(request).orElseThrow(() -> new Away("storage does not keep documents"));
    Kept kept = understood(() -> reader.forType(Kept.class).readValue(answer));
    if (!kept.missing().isEmpty()) {
      LOG.warnf("%s is not written on pools %s", name, kept.missing());
    }
  }

  private JavaType type(Class<?> spec, Class<?> status) {
    return json.getTypeFactory().constructParametricType(Item.class, spec, status);
  }

  private <S, T> List<Item<S, T>> all(String plural, Class<S> spec, Class<T> status) throws Away {
    JavaType page = json.getTypeFactory().constructParametricType(Items.class, type(spec, status));
    List<Item<S, T>> found = new ArrayList<>();
    String next = "";
    do {
      String path = plural + "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + next);
      String body = get(path).orElseThrow(() -> new Away("storage has no " + plural));
      Items<Item<S, T>> items = understood(() -> reader.forType(page).readValue(body));
      found.addAll(items.items());
      String more = items.metadata() == null ? null : items.metadata().next();
      next = more == null ? "" : URLEncoder.encode(more, StandardCharsets.UTF_8);
    } while (!next.isEmpty());
    return found;
  }

  @FunctionalInterface
  private interface Reading<R> {
    R read() throws JsonProcessingException;
  }

  private static <R> R understood(Reading<R> reading) throws Away {
    try {
      return reading.read();
    } catch (JsonProcessingException e) {
      throw new Away("storage answered what cannot be read: " + e.getOriginalMessage());
    }
  }

  private Optional<String> get(String path) throws Away {
    URI uri = base.get().orElseThrow(() -> new Away("it is not known yet where storage is"));
    for (int attempt = 1; ; attempt++) {
      try {
        return once(uri.resolve(API + path));
      } catch (Away e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        rest(PAUSE.multipliedBy(attempt));
      }
    }
  }

  private Optional<String> once(URI uri) throws Away {
    return answered(request(uri).timeout(ANSWER).build());
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer " + token.get())
        .header("Accept", "application/json");
  }

  private Optional<String> answered(HttpRequest request) throws Away {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case 200 -> Optional.of(answer.body());
        case 404 -> Optional.empty();
        default -> throw new Away("storage answered " + answer.statusCode());
      };
    } catch (IOException e) {
      throw new Away("storage does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Away("interrupted");
    }
  }

  private static void rest(Duration pause) throws Away {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Away("interrupted");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
