package io.homecloud.sharing.signin;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.sign.EndedSignInRows;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.sharing.SharingFact;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in. What makes a session longer is a random secret that is changed with each use;
 * one that was used before has been stolen, from here or from there, and ends the session.
 */
public final class SignInSessions {
  static final Duration KEPT = Duration.ofDays(30);

  /** Windows of one browser may ask at once. */
  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  private static final int SECRET_BYTES = 32;
  private static final int LONGEST_TEXT = 200;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ControlPlane plane;
  private final ServiceDatabase database;
  private final EndedSignIns ended;

  /**
   * @param ended of this process; other instances read it from the rows, other services learn it by
   *     the event
   */
  public SignInSessions(ControlPlane plane, EndedSignIns ended) {
    this.plane = plane;
    this.database = plane.database();
    this.ended = ended;
  }

  /**
   * A session and what makes it longer.
   *
   * @param secret null when another window has just got the new one
   */
  public record Granted(SignInSession session, @Nullable String secret) {
    @Override
    public String toString() {
      return "Granted[" + session + ", not shown]";
    }
  }

  private Instant now() {
    return plane.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  Granted begin(UUID account, String address, String agent) {
    String secret = secret();
    UUID id = UUID.randomUUID();
    Instant now = now();
    // When the clock is wrong those that seem to be over may not be.
    boolean plausible = plane.plausibleClock().plausible();
    database.useTransaction(transaction -> {
      if (plausible) {
        transaction
            .handle()
            .execute("delete from sign_in_session where expires_at < ?", Timestamp.from(now));
      }
      transaction
          .handle()
          .createUpdate(
              """
              insert into sign_in_session (id, account, refresh_hash, created_at, used_at, expires_at, address, agent)
              values (:id, :account, :hash, :now, :now, :expires, :address, :agent)\
              """)
          .bind("id", id)
          .bind("account", account)
          .bind("hash", hash(secret))
          .bind("now", Timestamp.from(now))
          .bind("expires", Timestamp.from(now.plus(KEPT)))
          .bind("address", cut(address))
          .bind("agent", cut(agent))
          .execute();
    });
    return new Granted(
        new SignInSession(id, account, now, now, now.plus(KEPT), cut(address), cut(agent)), secret);
  }

  /** The session of the secret, made longer; empty when it has ended or never was. */
  Optional<Granted> renew(String secret, String address) {
    byte[] hash = hash(secret);
    String next = secret();
    Instant now = now();
    return database.inTransaction(transaction -> {
      Optional<SignInSession> renewed =
          transaction
              .handle()
              .createQuery(
                  """
                  update sign_in_session
                  set earlier_hash = refresh_hash, refresh_hash = :next, used_at = :now, expires_at = :expires,
                    address = :address
                  where refresh_hash = :hash and expires_at > :now
                  returning *\
                  """)
              .bind("hash", hash)
              .bind("next", hash(next))
              .bind("now", Timestamp.from(now))
              .bind("expires", Timestamp.from(now.plus(KEPT)))
              .bind("address", cut(address))
              .map(SignInSessions::row)
              .findOne();
      if (renewed.isPresent()) {
        return renewed.map(session -> new Granted(session, next));
      }
      Optional<SignInSession> used =
          transaction
              .handle()
              .createQuery("select * from sign_in_session where earlier_hash = :hash for update")
              .bind("hash", hash)
              .map(SignInSessions::row)
              .findOne();
      if (used.filter(session -> session.usedAt().isAfter(now.minus(AT_ONCE))).isPresent()) {
        return used.map(session -> new Granted(session, null));
      }
      used.ifPresent(session -> end(transaction, "id = :id", session.id()));
      return Optional.empty();
    });
  }

  /** All, or those of an account, the newest first. */
  List<SignInSession> list(Optional<UUID> account) {
    Instant now = now();
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from sign_in_session
                where expires_at > :now and (cast(:account as uuid) is null or account = :account)
                order by used_at desc, id limit 1000\
                """)
            .bind("now", Timestamp.from(now))
            .bind("account", account.orElse(null))
            .map(SignInSessions::row)
            .list());
  }

  Optional<SignInSession> find(UUID id) {
    return database.read(handle ->
        handle
            .createQuery("select * from sign_in_session where id = :id")
            .bind("id", id)
            .map(SignInSessions::row)
            .findOne());
  }

  /** Ends it; whether there was one. */
  boolean end(UUID id) {
    return database.inTransaction(transaction -> end(transaction, "id = :id", id)) > 0;
  }

  /** Ends the one of that secret. */
  void endBy(String secret) {
    byte[] hash = hash(secret);
    database
        .read(handle ->
            handle
                .createQuery("select * from sign_in_session where refresh_hash = :hash")
                .bind("hash", hash)
                .map(SignInSessions::row)
                .findOne())
        .ifPresent(session -> end(session.id()));
  }

  /** Where an account is signed in. */
  public int count(UUID account) {
    return list(Optional.of(account)).size();
  }

  /** Ends those of an account. */
  public int endAll(UUID account) {
    return database.inTransaction(transaction -> end(transaction, "account = :id", account));
  }

  /** Ends those of an account except one. */
  void endOthers(UUID account, UUID except) {
    database.useTransaction(transaction ->
        end(
            transaction,
            transaction
                .handle()
                .createQuery(
                    "delete from sign_in_session where account = :id and id <> :but returning *")
                .bind("id", account)
                .bind("but", except)));
  }

  private int end(Transaction transaction, String which, UUID id) {
    return end(
        transaction,
        transaction
            .handle()
            .createQuery("delete from sign_in_session where " + which + " returning *")
            .bind("id", id));
  }

  private int end(Transaction transaction, Query deleting) {
    List<SignInSession> gone = deleting.map(SignInSessions::row).list();
    for (SignInSession session : gone) {
      ended.add(session.id().toString());
      EndedSignInRows.put(transaction, session.id(), now());
      plane
          .resources()
          .tell(
              transaction,
              new SharingFact.SignInEnded(session.account(), session.id(), plane.node()));
    }
    return gone.size();
  }

  private static SignInSession row(ResultSet row, StatementContext context) throws SQLException {
    return new SignInSession(
        row.getObject("id", UUID.class),
        row.getObject("account", UUID.class),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("used_at").toInstant(),
        row.getTimestamp("expires_at").toInstant(),
        row.getString("address"),
        row.getString("agent"));
  }

  private static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Of 256 random bits; a slow hash would protect nothing more. */
  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A header may hold anything, and PostgreSQL takes no NUL. */
  private static String cut(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", " ");
    return printable.length() <= LONGEST_TEXT ? printable : printable.substring(0, LONGEST_TEXT);
  }
}
