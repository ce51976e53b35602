package io.homecloud.control.api;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Remembers for 24 hours what a key's first request made, in the transaction that made it: a
 * repetition after a lost answer finds the same thing, also after a crash.
 */
public final class Idempotency {
  private static final Duration KEPT = Duration.ofHours(24);

  private final ServiceDatabase database;
  private final Clock clock;

  public Idempotency(ServiceDatabase database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A request that may come twice.
   *
   * @param fingerprint of what is asked: path and body
   */
  public record Key(String subject, String value, String fingerprint) {
    public static Key of(String subject, String value, String path, String body) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(path.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return new Key(
            subject,
            value,
            HexFormat.of().formatHex(digest.digest(body.getBytes(StandardCharsets.UTF_8))));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /**
   * Claims the key for a target that is being made in this transaction, or tells what it made
   * before. A concurrent claim of the same key waits for the other transaction's end.
   *
   * @throws io.homecloud.control.problem.ProblemException KEY_REUSED when the key came with another
   *     request
   */
  public Optional<UUID> claim(Transaction transaction, Key key, UUID target) {
    int fresh =
        transaction
            .handle()
            .execute(
                """
                insert into idempotency (subject, key, request, target, created_at) values (?, ?, ?, ?, ?)
                on conflict do nothing\
                """,
                key.subject(),
                key.value(),
                key.fingerprint(),
                target,
                clock.instant());
    if (fresh == 1) {
      return Optional.empty();
    }
    return transaction
        .handle()
        .createQuery(
            "select request, target from idempotency where subject = :subject and key = :key")
        .bind("subject", key.subject())
        .bind("key", key.value())
        .map((row, _) -> {
          if (!row.getString("request").equals(key.fingerprint())) {
            throw CommonProblem.KEY_REUSED.because("Use a new Idempotency-Key for a new request.");
          }
          return row.getObject("target", UUID.class);
        })
        .findOne();
  }

  /** Forgets old keys; called now and then. */
  public int forget() {
    return database.inTransaction(transaction ->
        transaction
            .handle()
            .execute("delete from idempotency where created_at < ?", clock.instant().minus(KEPT)));
  }
}
