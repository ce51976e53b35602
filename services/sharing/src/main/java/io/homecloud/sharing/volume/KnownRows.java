package io.homecloud.sharing.volume;

import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.volume.KnownVolume.State;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The rows of what storage told; all in the caller's transaction. What was seen at a time to come
 * was seen by a clock that was ahead and has been set back, and is older than anything.
 */
public final class KnownRows {
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Clock clock;

  public KnownRows(Clock clock) {
    this.clock = clock;
  }

  static Optional<KnownVolume> find(Handle handle, String name) {
    return handle
        .createQuery(
            """
            select * from known_volume where name = :name
            order by state = 'Trashed', seen_at desc limit 1\
            """)
        .bind("name", name)
        .map((row, _) -> volume(row))
        .findOne();
  }

  static Optional<KnownVolume> find(Handle handle, UUID uid) {
    return handle
        .createQuery("select * from known_volume where uid = :uid")
        .bind("uid", uid)
        .map((row, _) -> volume(row))
        .findOne();
  }

  static List<KnownVolume> inPool(Handle handle, UUID pool) {
    return handle
        .createQuery("select * from known_volume where pool = :pool")
        .bind("pool", pool)
        .map((row, _) -> volume(row))
        .list();
  }

  /** Writes it down, unless something newer was; where it was carried to it is shared. */
  void put(Handle handle, KnownVolume volume) {
    if (note(handle, volume) && volume.state() == State.Ready) {
      // A revision, so that who looks at it on the node before says nothing of it any more.
      handle.execute(
          """
          update resource set node = ?, revision = nextval('revision')
          where kind = ? and spec ->> 'volume' = ? and node <> ?\
          """,
          volume.node(),
          SharingKinds.SHARE.name(),
          volume.name(),
          volume.node());
    }
  }

  private boolean note(Handle handle, KnownVolume volume) {
    return handle
            .createUpdate(
                """
                insert into known_volume (uid, name, node, pool, mount_path, owner, state, message, space_low, seen_at)
                values (:uid, :name, :node, :pool, :mount, :owner, :state, :message, :low, :now)
                on conflict (uid) do update set name = :name, node = :node, pool = :pool, mount_path = :mount,
                  owner = :owner, state = :state, message = :message, seen_at = :now,
                  space_low = case when known_volume.space_low_at > :now and known_volume.space_low_at <= :clock
                    then known_volume.space_low else :low end,
                  snapshots_due = known_volume.snapshots_due or known_volume.state <> 'Ready'
                  where known_volume.seen_at <= :now or known_volume.seen_at > :clock\
                """)
            .bind("uid", volume.uid())
            .bind("name", volume.name())
            .bind("node", volume.node())
            .bind("pool", volume.pool())
            .bind("mount", volume.mountPath())
            .bind("owner", volume.owner())
            .bind("state", volume.state().name())
            .bind("message", volume.message())
            .bind("low", volume.spaceLow())
            .bind("now", volume.seenAt())
            .bind("clock", clock.instant())
            .execute()
        > 0;
  }

  void state(Handle handle, UUID uid, State state, @Nullable String message) {
    handle.execute(
        "update known_volume set state = ?, message = ?, seen_at = ? where uid = ?",
        state.name(),
        message,
        clock.instant(),
        uid);
  }

  /** One has left, if nothing was written of it since; whether so. */
  boolean left(Handle handle, KnownVolume was, String message) {
    return handle.execute(
            """
            update known_volume set state = ?, message = ?, seen_at = ?
            where uid = ? and state = ? and seen_at = ?\
            """,
            State.Unavailable.name(),
            message,
            clock.instant(),
            was.uid(),
            was.state().name(),
            was.seenAt())
        > 0;
  }

  /** Forgets those that were not among all there were then; their names. */
  List<String> forgetOthers(Handle handle, Collection<UUID> seen, Instant asOf) {
    return handle
        .createQuery(
            """
            delete from known_volume where state <> 'Trashed' and (seen_at <= :now or seen_at > :clock)
              and not uid = any(:seen::uuid[]) returning name\
            """)
        .bind("now", asOf)
        .bind("clock", clock.instant())
        .bindArray("seen", String.class, seen.stream().map(UUID::toString).toList())
        .mapTo(String.class)
        .list();
  }

  Instant now() {
    return clock.instant();
  }

  void degraded(Handle handle, UUID pool, String name, @Nullable String reason) {
    handle.execute(
        """
        insert into known_pool (uid, name, degraded) values (?, ?, ?)
        on conflict (uid) do update set name = excluded.name, degraded = excluded.degraded\
        """,
        pool,
        name,
        reason);
  }

  void spaceLow(Handle handle, UUID pool, String name, @Nullable String words) {
    handle.execute(
        """
        insert into known_pool (uid, name, space_low) values (?, ?, ?)
        on conflict (uid) do update set name = excluded.name, space_low = excluded.space_low\
        """,
        pool,
        name,
        words);
  }

  /** Of a volume's own quota; what is read meanwhile and is older does not change it. */
  void spaceLow(Handle handle, UUID volume, @Nullable String words) {
    handle.execute(
        "update known_volume set space_low = ?, space_low_at = ? where uid = ?",
        words,
        clock.instant(),
        volume);
  }

  static Set<UUID> snapshots(Handle handle) {
    return handle.createQuery("select uid from known_snapshot").mapTo(UUID.class).set();
  }

  void put(Handle handle, KnownSnapshot snapshot) {
    handle.execute(
        """
        insert into known_snapshot (uid, volume, path, created_at) values (?, ?, ?, ?)
        on conflict (uid) do update set volume = excluded.volume, path = excluded.path,
          created_at = excluded.created_at\
        """,
        snapshot.uid(),
        snapshot.volume(),
        snapshot.path(),
        snapshot.createdAt());
  }

  /**
   * Forgets those of a volume that were not among all there were then. Not the youngest: one may
   * have been told of meanwhile.
   */
  void forgetOtherSnapshots(Handle handle, UUID volume, Collection<UUID> seen, Instant asOf) {
    handle
        .createUpdate(
            "delete from known_snapshot where volume = :volume and created_at < :before and not uid = any(:seen::uuid[])")
        .bind("volume", volume)
        .bind("before", asOf.minus(YOUNG))
        .bindArray("seen", String.class, seen.stream().map(UUID::toString).toList())
        .execute();
    // It may have gone and come back since.
    handle.execute(
        "update known_volume set snapshots_due = false where uid = ? and (seen_at <= ? or seen_at > ?)",
        volume,
        asOf,
        clock.instant());
  }

  void removeSnapshot(Handle handle, UUID uid) {
    handle.execute("delete from known_snapshot where uid = ?", uid);
  }

  static KnownVolume volume(ResultSet row) throws SQLException {
    return new KnownVolume(
        row.getObject("uid", UUID.class),
        row.getString("name"),
        row.getString("node"),
        row.getObject("pool", UUID.class),
        row.getString("mount_path"),
        row.getString("owner"),
        State.valueOf(row.getString("state")),
        row.getString("message"),
        row.getString("space_low"),
        row.getTimestamp("seen_at").toInstant());
  }
}
