package io.homecloud.sharing.volume;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.resource.Condition;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Storage's REST API, as far as sharing asks it. */
public final class StorageClient implements AutoCloseable {
  private final OtherService storage;
  private final OtherResources resources;

  /**
   * @param base where storage answers; empty while that is not known yet
   * @param token a bearer token that is good now
   */
  public StorageClient(ObjectMapper json, Supplier<Optional<URI>> base, Supplier<String> token) {
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

  /** A snapshot's wish, of which nothing is needed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SnapshotSpec() {}

  /**
   * A snapshot's state.
   *
   * @param path whose last two names are the uids of its volume and its own
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SnapshotStatus(@Nullable String path, @Nullable Instant createdAt) {
    /**
     * The volume whose files it shows. Its name would not do: that of a volume in the trash may be
     * another one's by now. Empty of one that has not been taken.
     */
    Optional<UUID> volume() {
      Path directory = path == null ? null : Path.of(path).getParent();
      Path name = directory == null ? null : directory.getFileName();
      try {
        return Optional.ofNullable(name).map(Path::toString).map(UUID::fromString);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  public List<Item<VolumeSpec, VolumeStatus>> volumes() throws Away {
    return resources.all("volumes", VolumeSpec.class, VolumeStatus.class);
  }

  public List<Item<PoolSpec, PoolStatus>> pools() throws Away {
    return resources.all("pools", PoolSpec.class, PoolStatus.class);
  }

  public List<Item<SnapshotSpec, SnapshotStatus>> snapshots() throws Away {
    return resources.all("snapshots", SnapshotSpec.class, SnapshotStatus.class);
  }

  /** Of one volume. */
  public List<Item<SnapshotSpec, SnapshotStatus>> snapshots(Name volume) throws Away {
    return resources.in("volume", volume, "snapshots", SnapshotSpec.class, SnapshotStatus.class);
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<VolumeSpec, VolumeStatus>> volume(Name name) throws Away {
    return resources.find("volumes", name, VolumeSpec.class, VolumeStatus.class);
  }

  /** Empty when storage says that there is none. */
  public Optional<Item<PoolSpec, PoolStatus>> pool(Name name) throws Away {
    return resources.find("pools", name, PoolSpec.class, PoolStatus.class);
  }

  /** Its API itself. */
  public OtherService api() {
    return storage;
  }

  @Override
  public void close() {
    storage.close();
  }
}
