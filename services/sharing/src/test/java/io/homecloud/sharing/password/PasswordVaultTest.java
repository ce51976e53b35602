package io.homecloud.sharing.password;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.sharing.password.PasswordVault.Kept;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordVaultTest {
  private static final UUID ANNA = UUID.randomUUID();
  private static final UUID BEN = UUID.randomUUID();
  private static final String PASSWORD = "a long horse 42";

  @TempDir Path secrets;
  private PasswordVault vault;

  @BeforeEach
  void twoHaveAPassword() {
    vault = new PasswordVault(secrets, new ObjectMapper());
    vault.set(ANNA, new Name("anna"), PASSWORD, () -> {});
    vault.set(BEN, new Name("ben"), PASSWORD, () -> {});
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
}
