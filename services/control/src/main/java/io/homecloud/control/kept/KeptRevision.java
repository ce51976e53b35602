package io.homecloud.control.kept;

import io.homecloud.events.database.ServiceDatabase;

/**
 * The revision of the document that was written to the pools last, or read from there, in the
 * service's table {@code kept_document}.
 */
public final class KeptRevision {
  private final ServiceDatabase database;

  public KeptRevision(ServiceDatabase database) {
    this.database = database;
  }

  /** 0 before the first. */
  public long known() {
    return database.read(handle ->
        handle
            .createQuery("select revision from kept_document")
            .mapTo(Long.class)
            .findOne()
            .orElse(0L));
  }

  public void remember(long revision) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                insert into kept_document (revision) values (?)
                on conflict (one) do update set revision = excluded.revision\
                """,
                revision));
  }
}
