package io.homecloud.sharing.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.wish.NodeSecrets.Dated;
import io.homecloud.sharing.password.PasswordVault.Kept;
import io.homecloud.sharing.serving.Verifiers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordVaultTest {
  private static final UUID ANNA = UUID.randomUUID();
  private static final UUID BEN = UUID.randomUUID();
  private static final String PASSWORD = "a long horse 42";

  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path secrets;
  @TempDir Path elsewhere;
  private PasswordVault vault;

  @BeforeEach
  void twoHaveAPassword() {
    vault = vault(secrets, NOON);
    vault.set(ANNA, new Name("anna"), PASSWORD, () -> {});
    vault.set(BEN, new Name("ben"), PASSWORD, () -> {});
  }

  private static PasswordVault vault(Path secrets, Instant now) {
    return new PasswordVault(secrets, new ObjectMapper(), Clock.fixed(now, ZoneOffset.UTC));
  }

  /** What another node has that has set it then. */
  private Dated setElsewhere(String password, Instant then) {
    PasswordVault other = vault(elsewhere, then);
    other.set(ANNA, new Name("anna"), password, () -> {});
    return other.dated(ANNA).orElseThrow();
  }

  private boolean letsIn(String password) {
    return vault.matches(Optional.of(ANNA), password);
  }

  private Path file(UUID account) {
    return secrets.resolve("accounts/" + account + ".json");
  }

  private void assertNobodyIs(UUID account) {
    assertThat(vault.kept(account)).isEqualTo(Kept.DAMAGED);
    assertThat(vault.verifiers(account)).isEmpty();
    assertThat(vault.matches(Optional.of(account), PASSWORD)).isFalse();
    assertThat(vault.matches(Optional.of(account), "nobody has this password")).isFalse();
    assertThat(vault.verifiers(BEN)).isPresent();
    assertThat(vault.matches(Optional.of(BEN), PASSWORD)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{}",
        "{'argon2':null,'ntHash':'0123456789ABCDEF0123456789ABCDEF','crypt':'$6$salt$hash'}",
        "{'argon2':'a','ntHash':'0123456789ABCDEF0123456789ABCDE\\n','crypt':'$6$salt$hash'}",
        "{'argon2':'a','ntHash':'0123456789ABCDEF0123456789ABCDEF','crypt':'$6$a\\nben:$6$b'}"
      })
  void whatIsDamagedIsNobodysPasswordAndOthersGoOn(String content) throws Exception {
    // When
    Files.writeString(file(ANNA), content.replace('\'', '"'));

    // Then
    assertNobodyIs(ANNA);
  }

  @Test
  void whatCannotBeReadIsNobodysPasswordAndOthersGoOn() throws Exception {
    // When
    Files.delete(file(ANNA));
    Files.createDirectory(file(ANNA));

    // Then
    assertNobodyIs(ANNA);
  }

  @Test
  void aDamagedOneIsSetAnew() throws Exception {
    // Given
    Files.write(file(ANNA), new byte[5000]);
    assertNobodyIs(ANNA);

    // When
    vault.set(ANNA, new Name("anna"), PASSWORD, () -> {});

    // Then
    assertThat(vault.kept(ANNA)).isEqualTo(Kept.USABLE);
    assertThat(vault.verifiers(ANNA)).isPresent();
    vault.forget(ANNA);
    assertThat(vault.kept(ANNA)).isEqualTo(Kept.ABSENT);
  }

  @Test
  void oneThatWasSetLaterOnAnotherNodeIsTakenAndOneOfBeforeIsNot() {
    // Given
    Dated before = setElsewhere("one of yesterday 1", NOON.minusSeconds(1));
    Dated later = setElsewhere("one of tomorrow 22", NOON.plusSeconds(1));

    // When
    boolean older = vault.take(ANNA, before);

    // Then
    assertThat(older).isFalse();
    assertThat(letsIn(PASSWORD)).isTrue();

    // When
    boolean newer = vault.take(ANNA, later);

    // Then
    assertThat(newer).isTrue();
    assertThat(letsIn("one of tomorrow 22")).isTrue();
    assertThat(letsIn(PASSWORD)).isFalse();
    assertThat(vault.dated(ANNA)).contains(later);
    assertThat(vault.take(ANNA, later)).isFalse();
  }

  @Test
  void aNodeThatComesHasWhatOthersHave() {
    // Given
    Dated known = vault.dated(ANNA).orElseThrow();
    PasswordVault loft = vault(elsewhere, NOON.minusSeconds(3600));

    // When
    boolean taken = loft.take(ANNA, known);

    // Then
    assertThat(taken).isTrue();
    assertThat(loft.matches(Optional.of(ANNA), PASSWORD)).isTrue();
    assertThat(loft.verifiers(ANNA)).isEqualTo(vault.verifiers(ANNA));
    assertThat(known.toString()).doesNotContain("argon2");
  }

  @Test
  void whoListensIsToldOfWhatIsSetHereAndNotOfWhatIsTaken() {
    // Given
    AtomicInteger told = new AtomicInteger();
    vault.onSet(told::incrementAndGet);

    // When
    boolean taken = vault.take(ANNA, setElsewhere("one of tomorrow 22", NOON.plusSeconds(1)));
    vault.set(ANNA, new Name("anna"), PASSWORD, () -> {});

    // Then
    assertThat(taken).isTrue();
    assertThat(told).hasValue(1);
  }

  @Test
  void whatIsSetHereIsLaterThanWhatWasHereWhateverTheClockSays() {
    // Given
    Dated ahead = setElsewhere("one of tomorrow 22", NOON.plusSeconds(60));
    assertThat(vault.take(ANNA, ahead)).isTrue();

    // When
    vault.set(ANNA, new Name("anna"), PASSWORD, () -> {});

    // Then
    assertThat(vault.take(ANNA, ahead)).isFalse();
    assertThat(letsIn(PASSWORD)).isTrue();
    assertThat(vault.dated(ANNA).orElseThrow().set()).isAfter(ahead.set());
  }

  @Test
  void theSamePasswordOfAnotherNodeDisturbsNobodyAndIsAsLate() {
    // Given
    Optional<Verifiers> before = vault.verifiers(ANNA);
    Dated again = setElsewhere(PASSWORD, NOON.plusSeconds(60));

    // When
    boolean another = vault.take(ANNA, again);

    // Then
    assertThat(another).isFalse();
    assertThat(vault.verifiers(ANNA)).isEqualTo(before);
    assertThat(vault.dated(ANNA).orElseThrow().set()).isEqualTo(again.set());
  }

  @Test
  void aDamagedOneIsTakenFromAnotherNodeWheneverThatWasSet() throws Exception {
    // Given
    Dated known = vault.dated(ANNA).orElseThrow();
    Files.writeString(file(ANNA), "{");
    assertNobodyIs(ANNA);
    assertThat(vault.dated(ANNA)).isEmpty();

    // When
    boolean taken = vault.take(ANNA, known);

    // Then
    assertThat(taken).isTrue();
    assertThat(letsIn(PASSWORD)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{\"argon2\":\"a\",\"ntHash\":\"b\",\"crypt\":\"c\"}"})
  void whatIsNoPasswordOfAnotherNodeIsPassedOver(String content) {
    // When
    boolean taken = vault.take(ANNA, new Dated(NOON.plusSeconds(60), content));

    // Then
    assertThat(taken).isFalse();
    assertThat(letsIn(PASSWORD)).isTrue();
  }
}
