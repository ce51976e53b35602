package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every command in the documents works, in the order of the text, and prints what the text says.
 */
class DocumentsStoryIT {
  /** Pages that go on where others ended. */
  private static final List<String> IN_ORDER =
      List.of(
          "docs/tutorial.md",
          "docs/how-to/keep-snapshots.md",
          "README.md",
          "docs/how-to/replace-a-disk.md",
          "docs/how-to/move-a-pool.md",
          "docs/how-to/adopt-a-disk.md",
          "docs/how-to/import-an-old-disk.md",
          "docs/how-to/back-up.md",
          "docs/how-to/people-and-shares.md",
          "docs/how-to/recover.md");

  @Test
  void everyCommandOfTheDocumentsDoesWhatTheTextSays() throws IOException {
    try (Typist typist = new Typist()) {
      // Given
      Script.tool("mkfs.ext4", "-q", "-L", "laptop", typist.disk("/dev/sde").toString());
      Path laptop = typist.mount("/dev/sde");
      Files.writeString(laptop.resolve("thesis.txt"), "To be continued.");
      typist.unmount(laptop);

      // When, Then
      for (String page : IN_ORDER) {
        typist.type(DocumentPage.read(Script.ROOT.resolve(page)));
      }
    }
  }

  @Test
  void noPageWithCommandsIsLeftOut() throws IOException {
    // When
    List<String> found = new ArrayList<>();
    for (Path file : DocumentsTest.pages()) {
      if (!DocumentPage.read(file).steps().isEmpty()) {
        found.add(Script.ROOT.relativize(file).toString());
      }
    }

    // Then
    assertThat(found).containsExactlyInAnyOrderElementsOf(IN_ORDER);
  }
}
