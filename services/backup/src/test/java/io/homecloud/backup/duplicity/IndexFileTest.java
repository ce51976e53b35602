package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.CopyFiles.Entry;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a copy by its index. */
class IndexFileTest {
  private static final RelativePath VOLUME = path("photos");
  private static final RelativePath LAKE = path("photos/summer lake.jpg");
  private static final RelativePath NOTHING = path("photos/sea.jpg");

  @TempDir Path directory;

  private static RelativePath path(String text) {
    return RelativePath.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void manyAreToldAtOnceAndWhatIsNotThereIsLeftOut() throws IOException {
    // Given
    Path index = directory.resolve("index");
    Files.write(
        index,
        List.of(
            "dir 755 1700000000 photos",
            "a line that is none",
            "reg 640 1700000001 photos/summer%20lake.jpg"));

    // When
    Map<RelativePath, Entry> there =
        new IndexFile(index).entries(Set.of(RelativePath.TOP, NOTHING, LAKE, VOLUME));

    // Then
    assertThat(there).containsOnlyKeys(RelativePath.TOP, VOLUME, LAKE);
    assertThat(there.get(LAKE))
        .extracting(Entry::name, Entry::type, Entry::permissions)
        .containsExactly(LAKE.name(), FileType.FILE, 0640);
  }
}
