package io.homecloud.sharing.volume;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.resource.Condition;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Storage's REST API, as far as sharing asks it. */
public final class StorageClient implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StorageClient.class);

  /** Pools may have to write, one after another. */
  private static final Duration WRITTEN = Duration.ofSeconds(60);

  private static final String DOCUMENTS = "documents/sharing/";

  private final OtherService storage;
  private final ObjectMapper json;
  private final OtherResources resources;

  /**
   * @param base where storage answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  public StorageClient(ObjectMapper json, Supplier<Optional<URI>> base, Supplier<String> token) {
    this.json = json;
    this.storage = new OtherService("storage", base, token);
    this.resources = new OtherResources(storage, json);
  }

  /** A volume's wish. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record VolumeSpec(String pool, @Nullable String owner) {}

  /** A volume's state. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record VolumeStatus(@Nullable String mountPath, @Nullable List<Condition> conditions) {}

  /** A pool's wish: where it is. */
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

  public List<Item<VolumeSpec, VolumeStatus>> volumes() throws Away {
    return resources.all("volumes", VolumeSpec.class, VolumeStatus.class);
  }

  public List<Item<PoolSpec, PoolStatus>> pools() throws Away {
    return resources.all("pools", PoolSpec.class, PoolStatus.class);
  }

  public List<Item<SnapshotSpec, SnapshotStatus>> snapshots() throws Away {
    return resources.all("snapshots", SnapshotSpec.class, SnapshotStatus.class);
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<VolumeSpec, VolumeStatus>> volume(Name name) throws Away {
    return resources.find("volumes", name, VolumeSpec.class, VolumeStatus.class);
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<PoolSpec, PoolStatus>> pool(Name name) throws Away {
    return resources.find("pools", name, PoolSpec.class, PoolStatus.class);
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
        : Optional.of(resources.read(body.get(), Document.class));
  }

  /** Has it written on all pools. */
  public void keep(Name name, long revision, JsonNode content) throws Away {
    String body =
        json.createObjectNode().put("revision", revision).set("content", content).toString();
    OtherService.Answer answer = storage.send("PUT", DOCUMENTS + name, body, WRITTEN);
    if (answer.status() != 200) {
      throw new Away("storage answered " + answer.status());
    }
    Kept kept = resources.read(answer.body(), Kept.class);
    if (!kept.missing().isEmpty()) {
      LOG.warnf("%s is not written on pools %s", name, kept.missing());
    }
  }

  @Override
  public void close() {
    storage.close();
  }
}
