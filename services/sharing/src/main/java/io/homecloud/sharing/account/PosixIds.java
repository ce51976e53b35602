package io.homecloud.sharing.account;

import io.homecloud.events.database.ServiceDatabase;
import java.util.UUID;

/** Numbers of accounts and groups on the machines, from 20000, one sequence, never given twice. */
public final class PosixIds {
  private final ServiceDatabase database;

  public PosixIds(ServiceDatabase database) {
    this.database = database;
  }

  /** The number of the account or group of that identity; the same each time. */
  public int of(UUID uid) {
    return database.inTransaction(transaction -> {
      transaction
          .handle()
          .createUpdate("insert into posix_identity (uid) values (:uid) on conflict do nothing")
          .bind("uid", uid)
          .execute();
      return transaction
          .handle()
          .createQuery("select id from posix_identity where uid = :uid")
          .bind("uid", uid)
          .mapTo(Integer.class)
          .one();
    });
  }
}
