package io.homecloud.sharing.samba;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.ServedShare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletedFilesTest {
  @TempDir private Path root;

  private ServedShare share() {
    return Shares.of("docs", root).recycleBin().share();
  }

  /** What is as old after so many days as a share keeps it. */
  private static Predicate<Instant> inDays(int days) {
    return Instant.now().plus(Duration.ofDays(days - 30)).plusSeconds(60)::isAfter;
  }

  @Test
  void filesGoWhenTheirTimeIsOverAndEmptyDirectoriesWithThem() throws Exception {
    // Given
    Path old = Files.createDirectories(root.resolve(".recycle/a/b"));
    Files.writeString(old.resolve("deleted"), "x");
    Files.writeString(root.resolve("kept"), "x");

    // When
    long early = DeletedFiles.sweep(share(), inDays(29));
    long late = DeletedFiles.sweep(share(), inDays(30));

    // Then
    assertThat(early).isZero();
    assertThat(late).isEqualTo(1);
    assertThat(root.resolve(".recycle")).isEmptyDirectory();
    assertThat(root.resolve("kept")).exists();
  }

  @Test
  void noLinkIsFollowed(@TempDir Path outside) throws Exception {
    // Given
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    Files.createDirectory(root.resolve(".recycle"));
    Files.createSymbolicLink(root.resolve(".recycle/file"), precious);
    Files.createSymbolicLink(root.resolve(".recycle/directory"), outside);

    // When
    long files = DeletedFiles.sweep(share(), inDays(30));

    // Then
    assertThat(files).isEqualTo(2);
    assertThat(precious).exists();
  }

  @Test
  void aBinThatIsALinkIsNoBin(@TempDir Path outside) throws Exception {
    // Given
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    Files.createSymbolicLink(root.resolve(".recycle"), outside);

    // When
    long files = DeletedFiles.sweep(share(), inDays(30));

    // Then
    assertThat(files).isZero();
    assertThat(precious).exists();
  }

  @Test
  void homesHaveABinEachAndOthersNone() throws Exception {
    // Given
    Path home = Files.createDirectories(root.resolve("alice/.recycle")).getParent();
    Path deleted =
        Files.writeString(java.util.Objects.requireNonNull(home).resolve(".recycle/deleted"), "x");
    ServedShare homes =
        Shares.of("people", root).homes(Map.of(People.ALICE.name(), home)).recycleBin().share();

    // When
    long without = DeletedFiles.sweep(Shares.of("docs", home).share(), inDays(30));
    long files = DeletedFiles.sweep(homes, inDays(30));

    // Then
    assertThat(without).isZero();
    assertThat(files).isEqualTo(1);
    assertThat(deleted).doesNotExist();
  }
}
