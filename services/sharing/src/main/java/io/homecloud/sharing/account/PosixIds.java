package io.homecloud.sharing.account;

import io.homecloud.events.database.ServiceDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Numbers of accounts and groups on the machines, from 20000, one sequence, never given twice. */
public final class PosixIds {
  private static final int LOWEST = 20_000;

  /** Far more than anybody needs, and far fewer than there are. */
  private static final int HIGHEST = 1_000_000_000;

  private final ServiceDatabase database;

  public PosixIds(ServiceDatabase database) {
    this.database = database;
  }

  /** The number of the account or group of that identity; the same each time. */
  public int of(UUID uid) {
    Optional<Integer> known = database.read(handle -> find(handle, uid));
    return known.orElseGet(() ->
        database.inTransaction(transaction -> {
          transaction
              .handle()
              .execute(
                  "insert into posix_identity (uid) values (?) on conflict (uid) do nothing", uid);
          return find(transaction.handle(), uid).orElseThrow();
        }));
  }

  private static Optional<Integer> find(Handle handle, UUID uid) {
    return handle
        .createQuery("select id from posix_identity where uid = :uid")
        .bind("uid", uid)
        .mapTo(Integer.class)
        .findOne();
  }

  /** All that were given, also of owners that are gone. */
  public Map<UUID, Integer> all() {
    Map<UUID, Integer> all = new HashMap<>();
    database.read(handle -> {
      handle
          .createQuery("select uid, id from posix_identity")
          .map((row, _) -> Map.entry(row.getObject("uid", UUID.class), row.getInt("id")))
          .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
      return all;
    });
    return all;
  }

  /** The lowest of those that were never given. */
  public int next() {
    return database.read(handle ->
        handle
            .createQuery("select last_value + case when is_called then 1 else 0 end from posix_id")
            .mapTo(Integer.class)
            .one());
  }

  /**
   * Gives numbers again that were given before the database was lost. Who got one of those since
   * then gets another one, also when its owner was gone already.
   *
   * @param owners all who have a number, with the number if it is known
   * @param next none from this one on was given; what can be none is passed over, as with numbers
   * @return those who have to ask for their number again
   */
  public Set<UUID> restore(Map<UUID, Optional<Integer>> owners, int next) {
    return database.inTransaction(transaction -> {
      Handle handle = transaction.handle();
      int highest = next > HIGHEST ? 0 : next - 1;
      Set<UUID> displaced =
          handle
              .createQuery(
                  """
                  delete from posix_identity where id <= :highest and not uid = any(:owners::uuid[])
                  returning uid\
                  """)
              .bind("highest", highest)
              .bindArray(
                  "owners", String.class, owners.keySet().stream().map(UUID::toString).toList())
              .map((row, _) -> row.getObject("uid", UUID.class))
              .set();
      for (Map.Entry<UUID, Optional<Integer>> owner : owners.entrySet()) {
        Optional<Integer> id = owner.getValue().filter(one -> one >= LOWEST && one <= HIGHEST);
        if (id.isPresent()) {
          highest = Math.max(highest, id.get());
          displaced.addAll(give(handle, owner.getKey(), id.get()));
        }
      }
      if (highest >= LOWEST) {
        handle
            .createQuery(
                """
                select setval('posix_id', greatest(:highest, last_value),
                  is_called or :highest >= last_value) from posix_id\
                """)
            .bind("highest", highest)
            .mapTo(Long.class)
            .one();
      }
      return displaced;
    });
  }

  private static Set<UUID> give(Handle handle, UUID owner, int id) {
    Set<UUID> before =
        handle
            .createQuery("delete from posix_identity where id = :id and uid <> :uid returning uid")
            .bind("id", id)
            .bind("uid", owner)
            .map((row, _) -> row.getObject("uid", UUID.class))
            .set();
    handle.execute(
        """
        insert into posix_identity (uid, id) values (?, ?)
        on conflict (uid) do update set id = excluded.id\
        """,
        owner,
        id);
    return before;
  }
}
