package io.homecloud.sharing.leaving;

import io.homecloud.control.Name;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.leaving.Decision.Fate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** What was decided about accounts that go, until they are gone. */
final class Decisions {
  private final ServiceDatabase database;

  Decisions(ServiceDatabase database) {
    this.database = database;
  }

  /** In place of an earlier one: of a deletion that was not asked for to the end. */
  void note(UUID account, Decision decision) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .createUpdate(
                """
                insert into leaving (account, files_to, files_trashed, links_to)
                values (:account, :files, :trashed, :links)
                on conflict (account) do update
                set files_to = excluded.files_to, files_trashed = excluded.files_trashed,
                    links_to = excluded.links_to\
                """)
            .bind("account", account)
            .bind("files", decision.filesTo().map(Name::value).orElse(null))
            .bind("trashed", decision.filesTrashed())
            .bind("links", decision.linksTo().map(Name::value).orElse(null))
            .execute());
  }

  /** Of whom nothing was noted nobody gets anything. */
  Decision of(UUID account) {
    return database.read(handle ->
        handle
            .createQuery(
                "select files_to, files_trashed, links_to from leaving where account = :account")
            .bind("account", account)
            .map(Decisions::row)
            .findOne()
            .orElse(Decision.NOBODY));
  }

  private static Decision row(ResultSet row, StatementContext context) throws SQLException {
    return new Decision(
        row.getBoolean("files_trashed")
            ? new Fate.Trashed()
            : Fate.of(name(row.getString("files_to"))),
        Fate.of(name(row.getString("links_to"))));
  }

  private static Optional<Name> name(@Nullable String text) {
    return Optional.ofNullable(text).map(Name::new);
  }

  void forget(UUID account) {
    database.useTransaction(transaction ->
        transaction.handle().execute("delete from leaving where account = ?", account));
  }

  /**
   * Makes guest links somebody else's: what they open is from then on what that one may. Those into
   * a directory of one's own stay: the other's has other files.
   */
  void giveLinks(Name from, Name to) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .createQuery(
                """
                update resource set created_by = :to, revision = nextval('revision')
                where kind = :kind and created_by = :from and deletion_requested_at is null
                  and spec ->> 'share' not in (
                    select name from resource where kind = :share and (spec ->> 'homes')::boolean)
                returning uid\
                """)
            .bind("kind", SharingKinds.GUEST_LINK.name())
            .bind("share", SharingKinds.SHARE.name())
            .bind("from", from.value())
            .bind("to", to.value())
            .mapTo(UUID.class)
            .forEach(link -> transaction.signal(Signal.Topic.WISH, link)));
  }
}
