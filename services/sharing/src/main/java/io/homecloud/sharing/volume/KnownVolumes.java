package io.homecloud.sharing.volume;

import io.homecloud.control.Name;
import io.homecloud.events.database.ServiceDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What storage told, to be read. It told by Kafka, which may sign nobody in: whatever place was
 * told, a volume is where storage mounts it, and a snapshot is one of its volume or none.
 */
public final class KnownVolumes {
  private static final int NAMES_IN_POOLS = 4;

  private final ServiceDatabase database;
  private final Path volumes;
  private final Path pools;

  /**
   * @param data below which storage mounts pools and volumes on this node
   */
  public KnownVolumes(ServiceDatabase database, Path data) {
    this.database = database;
    this.volumes = data.resolve("volumes");
    this.pools = data.resolve("pools");
  }

  /** A pool that has something to say. */
  public record KnownPool(UUID uid, @Nullable String degraded, @Nullable String spaceLow) {}

  /**
   * A snapshot.
   *
   * @param path where its files are, for root alone
   */
  public record KnownSnapshot(UUID uid, UUID volume, String path, Instant createdAt) {}

  /** All that are known, the newest of a name last. */
  public List<KnownVolume> all() {
    return database.read(handle ->
        handle
            .createQuery("select * from known_volume order by state = 'Trashed' desc, seen_at")
            .map((row, _) -> inPlace(KnownRows.volume(row)))
            .list());
  }

  /** The one that has the name now; of several the newest that is not in the trash. */
  public Optional<KnownVolume> find(String name) {
    return database.read(handle -> KnownRows.find(handle, name).map(this::inPlace));
  }

  private KnownVolume inPlace(KnownVolume told) {
    return told.mountPath() == null || !Name.valid(told.name())
        ? told.at(null)
        : told.at(volumes.resolve(told.name()).toString());
  }

  private boolean inPlace(KnownSnapshot told) {
    Path path = Path.of(told.path());
    return path.startsWith(pools)
        && path.getNameCount() == pools.getNameCount() + NAMES_IN_POOLS
        && Name.valid(path.getName(pools.getNameCount()).toString())
        && path.endsWith(Path.of("@snapshots", told.volume().toString(), told.uid().toString()));
  }

  /** All pools that are known. */
  public List<KnownPool> pools() {
    return database.read(handle ->
        handle
            .createQuery("select * from known_pool")
            .map((row, _) ->
                new KnownPool(
                    row.getObject("uid", UUID.class),
                    row.getString("degraded"),
                    row.getString("space_low")))
            .list());
  }

  /** Whether the volume has come, or come back, and its snapshots were not read since. */
  boolean snapshotsDue(UUID volume) {
    return database.read(handle ->
        handle
            .createQuery("select snapshots_due from known_volume where uid = :uid")
            .bind("uid", volume)
            .mapTo(Boolean.class)
            .findOne()
            .orElse(false));
  }

  /** All that are known. */
  Set<UUID> snapshots() {
    return database.read(KnownRows::snapshots);
  }

  /** Of one volume, the oldest first. */
  public List<KnownSnapshot> snapshots(UUID volume) {
    return database.read(handle ->
        handle
            .createQuery("select * from known_snapshot where volume = :volume order by created_at")
            .bind("volume", volume)
            .map((row, _) ->
                new KnownSnapshot(
                    row.getObject("uid", UUID.class),
                    row.getObject("volume", UUID.class),
                    row.getString("path"),
                    row.getTimestamp("created_at").toInstant()))
            .filter(this::inPlace)
            .list());
  }
}
