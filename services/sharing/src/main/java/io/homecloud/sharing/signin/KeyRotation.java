package io.homecloud.sharing.signin;

import io.homecloud.control.sign.SigningKeys;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.SharingProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Changes the key that tokens are signed with. The one until now stays in the set for as long as
 * its tokens may be good, with the member {@code until} (seconds since 1970), and then goes. Public
 * keys are published before anything is signed with them, and withdrawn after.
 */
public final class KeyRotation {
  /** Longer than any token is good for, with what clocks may differ. */
  static final Duration KEPT = Duration.ofMinutes(20);

  /** A new one each few minutes makes nothing safer, and what verifiers read stays small. */
  private static final int MOST = 8;

  private static final Logger LOG = Logger.getLogger(KeyRotation.class);
  private static final String UNTIL = "until";

  private final SigningKeys keys;
  private final @Nullable Path published;
  private final Clock clock;

  /**
   * @param published a file with the public keys, for those who verify; null when they ask by HTTP
   */
  public KeyRotation(SigningKeys keys, @Nullable Path published, Clock clock) {
    this.keys = keys;
    this.published = published;
    this.clock = clock;
  }

  /**
   * A key.
   *
   * @param id the {@code kid} of its tokens
   * @param until when its tokens are refused at the latest; null for the one that signs
   */
  public record Key(String id, @Nullable Instant until) {}

  /** All whose tokens are good, the newest first. */
  public List<Key> all() {
    return keys.all().stream()
        .map(key -> new Key(key.getKeyId(), until(key).orElse(null)))
        .toList();
  }

  /**
   * A new key signs from now on.
   *
   * @param refuseOld whether tokens of all others are refused at once, because one was stolen
   * @throws io.homecloud.control.problem.ProblemException KEYS_CHANGED_LATELY
   */
  public synchronized void rotate(boolean refuseOld) {
    List<PublicJsonWebKey> before = refuseOld ? List.of() : current(keys.all());
    if (before.size() >= MOST) {
      throw SharingProblem.KEYS_CHANGED_LATELY.because(
          "Tokens of %d earlier keys are still good; wait %d minutes."
              .formatted(before.size(), KEPT.toMinutes()));
    }
    List<PublicJsonWebKey> now = new ArrayList<>();
    now.add(fresh());
    for (PublicJsonWebKey old : before) {
      if (until(old).isEmpty()) {
        old.setOtherParameter(UNTIL, clock.instant().plus(KEPT).getEpochSecond());
      }
      now.add(old);
    }
    // In this order, whatever happens in between: nothing is signed that nobody can verify.
    publish(now);
    write(keys.file(), new JsonWebKeySet(now).toJson(OutputControlLevel.INCLUDE_PRIVATE));
    LOG.infof("tokens are signed with the new key %s", now.getFirst().getKeyId());
    retireLater();
  }

  /** At the start, which may be long after the last end. */
  public void start() {
    try {
      retire();
    } catch (RuntimeException e) {
      LOG.warnf("nobody can sign in: %s", e.getMessage());
    }
  }

  /** Takes away the keys whose time is over, and makes the published ones those that there are. */
  synchronized void retire() {
    List<PublicJsonWebKey> before = keys.all();
    List<PublicJsonWebKey> now = current(before);
    if (now.size() < before.size()) {
      write(keys.file(), new JsonWebKeySet(now).toJson(OutputControlLevel.INCLUDE_PRIVATE));
      LOG.infof("%d earlier keys of sign-in are gone", before.size() - now.size());
    }
    publish(now);
    if (now.size() > 1) {
      retireLater();
    }
  }

  private void retireLater() {
    CompletableFuture.delayedExecutor(KEPT.toSeconds() + 1, TimeUnit.SECONDS)
        .execute(() -> {
          try {
            retire();
          } catch (RuntimeException e) {
            LOG.warnf("earlier keys of sign-in stay for now: %s", e.getMessage());
          }
        });
  }

  private List<PublicJsonWebKey> current(List<PublicJsonWebKey> all) {
    Instant now = clock.instant();
    return all.stream().filter(key -> until(key).map(now::isBefore).orElse(true)).toList();
  }

  private static Optional<Instant> until(PublicJsonWebKey key) {
    return Optional.ofNullable(key.getOtherParameterValue(UNTIL, Number.class))
        .map(seconds -> Instant.ofEpochSecond(seconds.longValue()));
  }

  /** The public keys (RFC 7517). */
  public String publicSet() {
    return publicSet(keys.all());
  }

  private static String publicSet(List<PublicJsonWebKey> all) {
    return new JsonWebKeySet(all).toJson(OutputControlLevel.PUBLIC_ONLY);
  }

  private void publish(List<PublicJsonWebKey> all) {
    if (published != null) {
      write(published, publicSet(all));
    }
  }

  private static EllipticCurveJsonWebKey fresh() {
    try {
      EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      byte[] x = key.getECPublicKey().getW().getAffineX().toByteArray();
      key.setKeyId(HexFormat.of().formatHex(x, x.length - 8, x.length));
      key.setUse("sig");
      key.setAlgorithm("ES256");
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  /** Readable for its owner alone; on the disk when this returns; untouched when it is that. */
  private static void write(Path file, String content) {
    try {
      var _ = WholeFile.secret(file).write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("keep the keys of sign-in", e);
    }
  }
}
