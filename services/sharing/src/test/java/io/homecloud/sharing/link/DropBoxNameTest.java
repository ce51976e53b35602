package io.homecloud.sharing.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropBoxNameTest {
  /** As escapes, since nobody sees what they are. */
  @ParameterizedTest
  @CsvSource({
    "C:/photos/lake.jpg, lake.jpg",
    "photo\u202egpj.exe, photogpj.exe",
    "\u2066a\u2069\u202ab\u202c.txt, ab.txt",
    "a\u0007b\u0085.txt, ab.txt",
    "\u05e9\u05dc\u05d5\u05dd.jpg, \u05e9\u05dc\u05d5\u05dd.jpg"
  })
  void whatIsNotSeenIsNoPartOfAName(String wished, String name) {
    // When, Then
    assertThat(DropBox.name(wished).display()).isEqualTo(name);
  }
}
