package io.homecloud.sharing.volume;

import io.homecloud.events.database.ServiceDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What storage told, to be read. */
public final class KnownVolumes {
  private final ServiceDatabase database;

  public KnownVolumes(ServiceDatabase database) {
    this.database = database;
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
            .map((row, _) -> KnownRows.volume(row))
            .list());
  }

  /** The one that has the name now; of several the newest that is not in the trash. */
  public Optional<KnownVolume> find(String name) {
    return database.read(handle -> KnownRows.find(handle, name));
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
            .list());
  }
}
