package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportIdsTest {
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);
  private static final UUID C = new UUID(0, 3);

  @TempDir Path directory;

  @Test
  void aShareKeepsItsNumberAndNobodyElseGetsIt() throws Exception {
    // Given
    WholeFile file = WholeFile.secret(directory.resolve("ids"));
    Map<UUID, Integer> first = new ExportIds(file).of(Set.of(A));
    new ExportIds(file).of(Set.of(B));

    // When
    Map<UUID, Integer> later = new ExportIds(file).of(Set.of(A, C));

    // Then
    assertThat(later).containsAllEntriesOf(first).containsEntry(C, 3);
  }

  @Test
  void whenAllAreUsedTheOldestThatIsNotServedGivesItsOwn() throws Exception {
    // Given
    Path path = directory.resolve("ids");
    StringBuilder lines = new StringBuilder();
    for (int id = 1; id <= ExportIds.LAST; id++) {
      lines.append(new UUID(1, id)).append(' ').append(id).append('\n');
    }
    Files.writeString(path, lines);

    // When
    Map<UUID, Integer> ids = new ExportIds(WholeFile.secret(path)).of(Set.of(new UUID(1, 1), A));

    // Then
    assertThat(ids).containsEntry(new UUID(1, 1), 1).containsEntry(A, 2);
    assertThat(Files.readString(path)).doesNotContain(new UUID(1, 2) + " ");
  }

  @Test
  void theLastNumberIsFollowedByOneThatNobodyHas() throws Exception {
    // Given
    Path path = directory.resolve("ids");
    Files.writeString(path, A + " 1\n" + B + " " + ExportIds.LAST + "\n");

    // When
    Map<UUID, Integer> ids = new ExportIds(WholeFile.secret(path)).of(Set.of(A, B, C));

    // Then
    assertThat(ids).containsEntry(A, 1).containsEntry(B, ExportIds.LAST).containsEntry(C, 2);
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenTheNextTime() throws Exception {
    // Given
    Path path = directory.resolve("away/ids");
    ExportIds ids = new ExportIds(WholeFile.secret(path));
    assertThatThrownBy(() -> ids.of(Set.of(A))).isInstanceOf(IOException.class);
    Files.createDirectory(directory.resolve("away"));

    // When
    ids.of(Set.of(A));

    // Then
    assertThat(path).hasContent(A + " 1");
  }

  @Test
  void withoutNewSharesNothingIsWritten() throws Exception {
    // Given
    Path path = directory.resolve("ids");
    ExportIds ids = new ExportIds(WholeFile.secret(path));
    ids.of(Set.of(A));
    Files.delete(path);

    // When
    ids.of(Set.of(A));

    // Then
    assertThat(path).doesNotExist();
  }

  @Test
  void linesThatAreDamagedAreLeftOut() throws Exception {
    // Given
    Path path = directory.resolve("ids");
    byte[] damaged =
        (A + " 1\n" + B + "\n\u00fc 3\n" + C + " 1\n" + B + " 60001\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    Files.write(path, damaged);

    // When
    Map<UUID, Integer> ids = new ExportIds(WholeFile.secret(path)).of(Set.of(A, B, C));

    // Then
    assertThat(ids).containsEntry(A, 1).containsOnlyKeys(A, B, C);
    assertThat(ids.values()).doesNotHaveDuplicates();
  }
}
