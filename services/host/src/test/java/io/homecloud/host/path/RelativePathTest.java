package io.homecloud.host.path;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativePathTest {
  @ParameterizedTest
  @ValueSource(strings = {"/a", "a/", "a//b", ".", "..", "a/.", "a/../b", "a\0b", "/"})
  void whatIsNoPathInsideIsRefused(String text) {
    // Given
    byte[] bytes = text.getBytes(ISO_8859_1);
    // When, then
    assertThatThrownBy(() -> RelativePath.of(bytes)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameIsAtMost255Bytes() {
    // Given
    String longest = "n".repeat(255);
    // When
    RelativePath path = RelativePath.of(longest + "/" + longest);
    // Then
    assertThat(path.length()).isEqualTo(511);
    assertThatThrownBy(() -> RelativePath.of(longest + "n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyNameIsTextAndBack() {
    // Given
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(12)];
      random.nextBytes(bytes);
      for (int at = 0; at < bytes.length; at++) {
        if (bytes[at] == 0 || bytes[at] == '/' || bytes[at] == '.') {
          bytes[at] = '\\';
        }
      }
      RelativePath path = RelativePath.of(bytes);
      // When
      RelativePath back = RelativePath.of(path.toString());
      // Then
      assertThat(back).isEqualTo(path);
      assertThat(path.toString()).doesNotContain("\uFFFD", "\n");
    }
  }

  @Test
  void textShowsWhatIsNoText() {
    // Given
    byte[] bytes = {'a', '/', (byte) 0xFF, (byte) 0xC3, (byte) 0xBC, '\\', '\n', (byte) 0xE2};
    // When
    String text = RelativePath.of(bytes).toString();
    // Then
    assertThat(text).isEqualTo("a/\\xffü\\\\\\x0a\\xe2");
    assertThatThrownBy(() -> RelativePath.of("a\\b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOrderIsThatOfAWalk() {
    // Given
    List<RelativePath> walk =
        List.of(
            RelativePath.TOP,
            RelativePath.of("a"),
            RelativePath.of("a/!"),
            RelativePath.of("a/b"),
            RelativePath.of("a/b/c"),
            RelativePath.of("a!"),
            RelativePath.of("a.txt"),
            RelativePath.of("ab"),
            RelativePath.of("\\xff"));
    // When
    List<RelativePath> sorted = walk.reversed().stream().sorted().toList();
    // Then
    assertThat(sorted).isEqualTo(walk);
  }

  @Test
  void pathsAreTakenApartAndPutTogether() {
    // Given
    RelativePath path = RelativePath.of("a/b/c");
    // When
    RelativePath parent = path.parent();
    // Then
    assertThat(parent.resolve(path.name())).isEqualTo(path);
    assertThat(RelativePath.of("a").parent()).isEqualTo(RelativePath.TOP);
    assertThat(RelativePath.TOP.parent()).isEqualTo(RelativePath.TOP);
    assertThat(RelativePath.TOP.resolve(path)).isEqualTo(path);
    assertThat(path.resolve(RelativePath.TOP)).isEqualTo(path);
    assertThat(parent.contains(path)).isTrue();
    assertThat(path.contains(parent)).isFalse();
    assertThat(RelativePath.of("a/b").contains(RelativePath.of("a/bc"))).isFalse();
    assertThat(RelativePath.TOP.contains(path)).isTrue();
  }
}
