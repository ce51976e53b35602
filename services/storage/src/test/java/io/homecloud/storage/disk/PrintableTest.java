package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void controlAndDirectionCharactersGoLettersStay() {
    // Given
    String foreign = "  Fotos\u0000 \u001b[31m Größe\u202egpj.exe \u0007\n\tx\ufffd ";
    // When
    String shown = Printable.of(foreign);
    // Then
    assertThat(shown).isEqualTo("Fotos [31m Größegpj.exe x");
  }

  @Test
  void lengthIsBoundedWithoutCuttingACharacterInHalf() {
    // Given
    String foreign = "\ud83d\ude00".repeat(1000);
    // When
    String shown = Printable.of(foreign);
    // Then
    assertThat(shown).isEqualTo("\ud83d\ude00".repeat(120));
  }
}
