package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyFiles.Entry;
import io.homecloud.backup.rsync.TreeFiles;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another machine tells of a copy. */
class FarFilesTest {
  @TempDir Path directory;

  private final NearbyHost host = new NearbyHost();

  private CopyFiles far(String copy) {
    return new FarFiles(host.far(directory), copy, directory.resolve("own"));
  }

  private static List<String> walked(CopyFiles files) throws IOException {
    List<String> walked = new ArrayList<>();
    try (files) {
      files.walk((path, entry) -> walked.add(path + " " + entry));
    }
    return walked;
  }

  @Test
  void everythingIsToldAtOnceAndInTheOrderOfHere() throws IOException {
    // Given
    Path copy = Files.createDirectory(directory.resolve("copy"));
    String _ =
        Shell.in(
            copy,
            """
            printf mark > homecloud-run.json; mkdir -p photos/a/deep photos/a-b photos/empty notes
            cd photos; printf 'a letter' > a/deep/letter.txt; chmod 4751 a/deep/letter.txt
            touch -d '2001-02-03 04:05:06.789012345' a-b/old; touch a.txt a0 -- -rf
            touch "$(printf 'a\\001b')" "$(printf 'new\\nline')" "$(printf '\\377')" "$(printf '%0255d' 7)"
            ln -s /etc outside; mkfifo pipe; touch homecloud-run.json
            """);

    // When
    List<String> told = walked(far("copy"));

    // Then
    assertThat(told).hasSize(18).isEqualTo(walked(new TreeFiles(copy)));
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void manyAreToldAtOnceAndWhatIsNotThereOrOnlyByALinkIsLeftOut() throws IOException {
    // Given
    Path copy = Files.createDirectory(directory.resolve("copy"));
    String _ =
        Shell.in(
            copy,
            """
            mkdir -p photos/lake; printf a > photos/lake/1.jpg; ln -s lake photos/link
            touch "$(printf 'photos/new\nline')"
            """);
    List<RelativePath> asked =
        Stream.of(
                "photos/none",
                "photos/lake/1.jpg",
                "photos/link/1.jpg",
                "photos/link",
                "none/at/all",
                "photos/new\nline",
                "photos")
            .map(name -> RelativePath.of(name.getBytes(StandardCharsets.UTF_8)))
            .toList();

    // When
    Map<RelativePath, Entry> told = far("copy").entries(asked);

    // Then
    try (CopyFiles here = new TreeFiles(copy)) {
      assertThat(told).hasSize(4).isEqualTo(here.entries(asked));
    }
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void ofManyTheFirstAreListed() throws IOException {
    // Given
    Path copy = Files.createDirectory(directory.resolve("copy"));
    String _ =
        Shell.in(copy, "touch homecloud-run.json; for i in 1 2 3 4 5 6; do touch 7$i 3$i; done");
    RelativePath after = RelativePath.of("32".getBytes(StandardCharsets.UTF_8));

    // When
    List<Entry> listed = far("copy").list(RelativePath.TOP, Optional.of(after), 5);

    // Then
    try (CopyFiles here = new TreeFiles(copy)) {
      assertThat(listed).hasSize(5).isEqualTo(here.list(RelativePath.TOP, Optional.of(after), 5));
    }
  }

  @Test
  void anAnswerWithoutAnEndIsNone() {
    // When, Then
    assertThatThrownBy(() -> FarSide.fields(new EndlessNames(), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("without an end");
  }

  private static final class EndlessNames extends InputStream {
    private int told;

    @Override
    public int read() {
      assertThat(told++).isLessThan(1 << 20);
      return 'a';
    }

    @Override
    public int read(byte[] into, int from, int length) {
      into[from] = (byte) read();
      return 1;
    }
  }

  @Test
  void whatIsNotThereHasNotNothingInIt() {
    // When, Then
    assertThatThrownBy(() -> walked(far("nothing"))).isInstanceOf(IOException.class);
  }
}
