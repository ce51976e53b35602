package io.homecloud.sharing.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.sign.SigningKeys;
import io.homecloud.testkit.TestTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
  @TempDir private Path directory;
  private Instant now = Instant.parse("2026-11-26T10:00:00Z");
  private Path secret;
  private Path published;
  private KeyRotation keys;

  private final class TestClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeEach
  void oneKey() throws Exception {
    secret = Files.copy(Path.of(TestTokens.privateKeys()), directory.resolve("secret.json"));
    published = directory.resolve("public.json");
    keys = new KeyRotation(new SigningKeys(secret), published, new TestClock());
    keys.start();
  }

  private List<String> publishedIds() throws Exception {
    return new JsonWebKeySet(Files.readString(published))
        .getJsonWebKeys().stream().map(JsonWebKey::getKeyId).toList();
  }

  private String signing() {
    return new SigningKeys(secret).newest().getKeyId();
  }

  @Test
  void theOldKeyStaysAsLongAsItsTokensAndThenGoes() throws Exception {
    // Given
    assertThat(publishedIds()).containsExactly("test");
    // When
    keys.rotate(false);
    String fresh = signing();
    now = now.plus(KeyRotation.KEPT).minusSeconds(1);
    keys.retire();
    List<String> still = publishedIds();
    now = now.plus(Duration.ofSeconds(2));
    // As after a start: nothing of it is remembered elsewhere.
    new KeyRotation(new SigningKeys(secret), published, new TestClock()).start();
    // Then
    assertThat(fresh).isNotEqualTo("test");
    assertThat(still).containsExactly(fresh, "test");
    assertThat(publishedIds()).containsExactly(fresh);
    assertThat(signing()).isEqualTo(fresh);
    assertThat(keys.all()).containsExactly(new KeyRotation.Key(fresh, null));
    assertThat(secret).content().doesNotContain("test");
    assertThat(published).content().doesNotContain("\"d\"");
    assertThat(Files.getPosixFilePermissions(secret))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aStolenKeyIsRefusedAtOnce() throws Exception {
    // When
    keys.rotate(true);
    // Then
    assertThat(publishedIds()).hasSize(1).doesNotContain("test");
    assertThat(signing()).isNotEqualTo("test");
  }

  @Test
  void itIsNotChangedWithoutEnd() throws Exception {
    // Given
    for (int i = 0; i < 7; i++) {
      keys.rotate(false);
    }
    // When, Then
    assertThatThrownBy(() -> keys.rotate(false)).isInstanceOf(ProblemException.class);
    assertThat(publishedIds()).hasSize(8);
    now = now.plus(KeyRotation.KEPT);
    keys.rotate(false);
    assertThat(publishedIds()).hasSize(2);
  }

  @Test
  void keysThatWereNotPublishedBeforeACrashAreAtTheNextStart() throws Exception {
    // Given
    keys.rotate(false);
    Files.delete(published);
    // When
    keys.start();
    // Then
    assertThat(publishedIds()).containsExactly(signing(), "test");
  }
}
