package io.homecloud.sharing.volume;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.resource.Condition;
import java.net.URI;
import java.net.URLEncoder;
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

/** Storage's REST API, as far as sharing asks it. */
public final class StorageClient implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StorageClient.class);

  /** Pools may have to write, one after another. */
  private static final Duration WRITTEN = Duration.ofSeconds(60);

  private static final String DOCUMENTS = "documents/sharing/";
  private static final int PAGE = 500;

  private final OtherService storage;
  private final ObjectMapper json;
  private final ObjectReader reader;

  /**
   * @param base where storage answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  public StorageClient(ObjectMapper json, Supplier<Optional<URI>> base, Supplier<String> token) {
    this.json = json;
    this.reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.storage = new OtherService("storage", base, token);
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
    Optional<String> body = storage.get("volumes/" + name);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(
            understood(() ->
                reader.forType(type(VolumeSpec.class, VolumeStatus.class)).readValue(body.get())));
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<PoolSpec, PoolStatus>> pool(Name name) throws Away {
    Optional<String> body = storage.get("pools/" + name);
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
    Optional<String> body = storage.get(path);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(understood(() -> reader.forType(Document.class).readValue(body.get())));
  }

  /** Has it written on all pools. */
  public void keep(Name name, long revision, JsonNode content) throws Away {
    String body =
        json.createObjectNode().put("revision", revision).set("content", content).toString();
    OtherService.Answer answer = storage.send("PUT", DOCUMENTS + name, body, WRITTEN);
    if (answer.status() != 200) {
      throw new Away("storage answered " + answer.status());
    }
    Kept kept = understood(() -> reader.forType(Kept.class).readValue(answer.body()));
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
      String body = storage.get(path).orElseThrow(() -> new Away("storage has no " + plural));
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

  @Override
  public void close() {
    storage.close();
  }
}
