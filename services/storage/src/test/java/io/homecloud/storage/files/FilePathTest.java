package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "a/..",
        "../a",
        "a/./b",
        "%2e%2e",
        "a/%2E%2e/b",
        "/",
        "/a",
        "a//b",
        "//",
        "a//",
        "a%2Fb",
        "a%00b",
        "a\0b",
        "%",
        "a%4",
        "a%zz",
        "%%41",
        "\ud800"
      })
  void whatIsNoNameIsRefused(String hostile) {
    // When
    var parsed = FilePath.parse(hostile);
    // Then
    assertThat(error(parsed)).isEqualTo(StorageError.FILE_NAME_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "-rf", "a b", "a+b", " ", "%0A", "caf%E9", "日本/ü", "~", "CON"})
  void whatTheKernelTakesIsTaken(String url) {
    // When
    FilePath path = done(FilePath.parse(url));
    // Then
    assertThat(done(FilePath.parse(path.toString()))).isEqualTo(path);
    assertThat(path.toString()).matches("[A-Za-z0-9._~%/-]+");
  }

  @Test
  void emptyIsTheRootAndOneSlashAtTheEndIsAllowed() {
    // When
    FilePath root = done(FilePath.parse(""));
    FilePath directory = done(FilePath.parse("a/b/"));
    // Then
    assertThat(root).isEqualTo(FilePath.ROOT);
    assertThat(directory).isEqualTo(FilePath.of("a", "b"));
  }

  @Test
  void everyNameOfBytesComesBack() {
    // Given
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(255)];
      for (int j = 0; j < bytes.length; j++) {
        int b = 1 + random.nextInt(255);
        bytes[j] = (byte) (b == '/' ? 'x' : b);
      }
      FileName name =
          FileName.of(bytes.length < 3 ? "abc".getBytes(StandardCharsets.US_ASCII) : bytes);
      // When
      FilePath back = done(FilePath.parse(name.encoded()));
      // Then
      assertThat(back.name()).isEqualTo(name);
    }
  }

  @Test
  void composedAndDecomposedAreTwoNames() {
    // Given
    FileName composed = FileName.of("\u00fc");
    // When
    FileName decomposed = FileName.of("u\u0308");
    // Then
    assertThat(composed).isNotEqualTo(decomposed);
    assertThat(composed.encoded()).isEqualTo("%C3%BC");
    assertThat(decomposed.encoded()).isEqualTo("u%CC%88");
  }

  @Test
  void lengthsAreCountedInBytes() {
    // Given
    String longest = "ü".repeat(127) + "a";
    String tooLong = "ü".repeat(128);
    String longestPath = ("a".repeat(255) + "/").repeat(15) + "b".repeat(255);
    // When
    FilePath path = done(FilePath.parse(longest));
    // Then
    assertThat(path.name().bytes()).hasSize(255);
    assertThat(error(FilePath.parse(tooLong))).isEqualTo(StorageError.FILE_NAME_INVALID);
    assertThat(done(FilePath.parse(longestPath)).names()).hasSize(16);
    assertThat(error(FilePath.parse(longestPath + "/c"))).isEqualTo(StorageError.FILE_NAME_INVALID);
    assertThat(error(FilePath.parse("x".repeat(1 << 20))))
        .isEqualTo(StorageError.FILE_NAME_INVALID);
    assertThatThrownBy(() -> FileName.of(tooLong)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void containmentIsByNamesNotByLetters() {
    // Given
    FilePath photos = FilePath.of("photos");
    // When
    boolean inside = photos.contains(FilePath.of("photos", "2025"));
    // Then
    assertThat(inside).isTrue();
    assertThat(photos.contains(FilePath.of("photos2"))).isFalse();
    assertThat(photos.contains(FilePath.ROOT)).isFalse();
  }
}
