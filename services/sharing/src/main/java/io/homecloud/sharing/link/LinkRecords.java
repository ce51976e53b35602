package io.homecloud.sharing.link;

import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Tokens (their hashes), passwords (their hashes), counts and the log of links. */
final class LinkRecords {
  /** What is written down of a file that a guest has brought. */
  static final String BROUGHT = "brought";

  private static final int MOST_LINES = 1000;

  private final ServiceDatabase database;
  private final Clock clock;

  LinkRecords(ServiceDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  private Timestamp now() {
    return Timestamp.from(clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /**
   * Gives the link a token and a password, in place of those that it had.
   *
   * @param target what it is made for; what it was made for before stays
   */
  void give(
      Transaction transaction,
      UUID link,
      byte[] tokenHash,
      @Nullable String passwordHash,
      @Nullable LinkTarget target) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into guest_link (uid, token_hash, password_hash, target)
            values (:uid, :token, :password, :target)
            on conflict (uid) do update set token_hash = :token, password_hash = :password\
            """)
        .bind("uid", link)
        .bind("token", tokenHash)
        .bind("password", passwordHash)
        .bind("target", text(target))
        .execute();
  }

  /** Has guests asked for another password from now on; for none when that is null. */
  void ask(Transaction transaction, UUID link, @Nullable String passwordHash) {
    transaction
        .handle()
        .createUpdate("update guest_link set password_hash = :password where uid = :uid")
        .bind("uid", link)
        .bind("password", passwordHash)
        .execute();
  }

  private static @Nullable String text(@Nullable LinkTarget target) {
    return target == null ? null : target.toString();
  }

  /** Writes down what a link is for, unless that was written before. */
  void aim(UUID link, LinkTarget target) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .createUpdate(
                "update guest_link set target = :target where uid = :uid and target is null")
            .bind("uid", link)
            .bind("target", target.toString())
            .execute());
  }

  Optional<LinkRecord> byToken(byte[] hash) {
    return database.read(handle ->
        handle
            .createQuery("select * from guest_link where token_hash = :hash")
            .bind("hash", hash)
            .map(LinkRecords::row)
            .findOne());
  }

  Optional<LinkRecord> find(UUID link) {
    return database.read(handle ->
        handle
            .createQuery("select * from guest_link where uid = :uid")
            .bind("uid", link)
            .map(LinkRecords::row)
            .findOne());
  }

  private static LinkRecord row(ResultSet row, StatementContext context) throws SQLException {
    Timestamp last = row.getTimestamp("last_used");
    return new LinkRecord(
        row.getObject("uid", UUID.class),
        LinkTarget.parse(row.getString("target")).orElse(null),
        row.getString("password_hash"),
        row.getInt("uses"),
        last == null ? null : last.toInstant(),
        row.getInt("files"),
        row.getLong("bytes"));
  }

  /**
   * What opens a link, and how much was done by it to the end.
   *
   * @param digest of its token, in base64
   */
  record Opening(
      UUID uid,
      @Nullable LinkTarget target,
      String digest,
      @Nullable String passwordHash,
      int uses,
      int files,
      long bytes) {
    @Override
    public String toString() {
      return "Opening[" + uid + "]";
    }
  }

  /** Of all links. What is on its way is not counted. */
  List<Opening> openings() {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select l.uid, l.target, l.token_hash, l.password_hash, l.uses,
                  l.files - count(u.id) as files, l.bytes - coalesce(sum(u.reserved), 0) as bytes
                from guest_link l left join guest_link_upload u on u.link = l.uid and not u.arrived group by l.uid\
                """)
            .map((row, _) ->
                new Opening(
                    row.getObject("uid", UUID.class),
                    LinkTarget.parse(row.getString("target")).orElse(null),
                    Base64.getEncoder().encodeToString(row.getBytes("token_hash")),
                    row.getString("password_hash"),
                    row.getInt("uses"),
                    row.getInt("files"),
                    row.getLong("bytes")))
            .list());
  }

  /** Unless something opens it already. */
  void restore(Transaction transaction, Opening opening) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into guest_link (uid, target, token_hash, password_hash, uses, files, bytes)
            values (:uid, :target, :token, :password, :uses, :files, :bytes) on conflict do nothing\
            """)
        .bind("uid", opening.uid())
        .bind("target", text(opening.target()))
        .bind("token", Base64.getDecoder().decode(opening.digest()))
        .bind("password", opening.passwordHash())
        .bind("uses", opening.uses())
        .bind("files", opening.files())
        .bind("bytes", opening.bytes())
        .execute();
  }

  /** Counts a visitor; false when there were as many as may be. */
  boolean visit(Transaction transaction, UUID link, int most) {
    return transaction
            .handle()
            .createUpdate(
                "update guest_link set uses = uses + 1, last_used = :now where uid = :uid and uses < :most")
            .bind("uid", link)
            .bind("most", most)
            .bind("now", now())
            .execute()
        == 1;
  }

  void forget(UUID link) {
    database.inTransaction(transaction ->
        transaction
            .handle()
            .createUpdate("delete from guest_link where uid = :uid")
            .bind("uid", link)
            .execute());
  }

  /** Something that was done by a link. */
  record Line(Instant at, String address, String what, String path) {}

  /** Writes down what was done; only the newest lines of a link are kept. */
  void log(UUID link, String address, String what, String path) {
    database.inTransaction(transaction -> {
      transaction
          .handle()
          .createUpdate(
              """
              insert into guest_link_log (link, at, address, what, path)
              select :link, :now, :address, :what, :path where exists (select 1 from guest_link where uid = :link)\
              """)
          .bind("link", link)
          .bind("now", now())
          .bind("address", address)
          .bind("what", what)
          .bind("path", path)
          .execute();
      return transaction
          .handle()
          .createUpdate(
              """
              delete from guest_link_log where link = :link and id <= (
                select id from guest_link_log where link = :link order by id desc offset :most limit 1)\
              """)
          .bind("link", link)
          .bind("most", MOST_LINES)
          .execute();
    });
  }

  /** How many files guests have brought since that was asked last. */
  int news(UUID link) {
    return database.inTransaction(transaction ->
        transaction
            .handle()
            .createQuery(
                """
                with news as (
                  select l.id from guest_link_log l join guest_link g on g.uid = l.link
                  where l.link = :link and l.what = :what and l.id > g.seen),
                looked as (
                  update guest_link set seen = (select max(id) from news)
                  where uid = :link and exists (select 1 from news))
                select count(*) from news\
                """)
            .bind("link", link)
            .bind("what", BROUGHT)
            .mapTo(Integer.class)
            .one());
  }

  /** The newest first. */
  List<Line> log(UUID link, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "select * from guest_link_log where link = :link order by id desc limit :limit")
            .bind("link", link)
            .bind("limit", limit)
            .map((row, _) ->
                new Line(
                    row.getTimestamp("at").toInstant(),
                    row.getString("address"),
                    row.getString("what"),
                    row.getString("path")))
            .list());
  }
}
