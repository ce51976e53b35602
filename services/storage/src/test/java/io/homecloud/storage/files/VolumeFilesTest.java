package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.UNWATCHED;
import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class VolumeFilesTest {
  private VolumeDirectory there;

  @BeforeEach
  void open() throws IOException {
    there = new VolumeDirectory();
  }

  @AfterEach
  void close() throws IOException {
    there.close();
  }

  @Test
  void pagesGoThroughADirectoryInOrderOfNames() throws IOException {
    // Given
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 257; i++) {
      names.add("f" + (i * 7919 % 1000));
      there.file("d/" + names.getLast(), "");
    }
    // When
    List<String> listed = new ArrayList<>();
    @Nullable FileName after = null;
    do {
      FilePage page = done(there.files.list(FilePath.of("d"), after, 50));
      page.entries().forEach(entry -> listed.add(entry.name().text()));
      after = page.next();
    } while (after != null);
    // Then
    names.sort(null);
    assertThat(listed).isEqualTo(names);
  }

  @Test
  void aFullLastPageHasNoNext() throws IOException {
    // Given
    there.file("a", "");
    there.file("b", "");
    // When
    FilePage page = done(there.files.list(FilePath.ROOT, null, 2));
    // Then
    assertThat(page.entries()).hasSize(2);
    assertThat(page.next()).isNull();
  }

  @Test
  void anEntryTellsWhatItIs() throws IOException {
    // Given
    Instant time = Instant.parse("2001-12-31T23:59:58.5Z");
    Files.setLastModifiedTime(there.file("file", "12345"), FileTime.from(time));
    // When
    FileEntry file = done(there.files.stat(FilePath.of("file")));
    FileEntry root = done(there.files.stat(FilePath.ROOT));
    // Then
    assertThat(file.type()).isEqualTo(FileType.FILE);
    assertThat(file.size()).isEqualTo(5);
    assertThat(file.modified()).isEqualTo(time);
    assertThat(root.type()).isEqualTo(FileType.DIRECTORY);
    assertThat(root.name()).isEqualTo(FileName.SELF);
  }

  @Test
  void anOpenFileIsReadAtAnyPlaceEvenWhenItsNameIsGone() throws IOException {
    // Given
    there.file("file", "0123456789");
    try (OpenFile file = done(there.files.read(FilePath.of("file")))) {
      done(there.files.delete(FilePath.of("file"), false, UNWATCHED));
      ByteBuffer part = ByteBuffer.allocate(3);
      // When
      try (var channel = file.channel()) {
        channel.read(part, 4);
      }
      // Then
      assertThat(new String(part.array(), StandardCharsets.US_ASCII)).isEqualTo("456");
      assertThat(file.entry().size()).isEqualTo(10);
      assertThat(Files.readString(file.path())).isEqualTo("0123456789");
    }
  }

  @Test
  void aDirectoryIsMadeWithItsParentsAndOnceOnly() throws IOException {
    // Given
    FilePath deep = FilePath.of("a", "b", "c");
    // When
    FileEntry made = done(there.files.makeDirectory(deep, true));
    // Then
    assertThat(made.mode()).isEqualTo(0750);
    assertThat(done(there.files.makeDirectory(deep, true)).etag()).isEqualTo(made.etag());
    assertThat(error(there.files.makeDirectory(deep, false))).isEqualTo(StorageError.FILE_EXISTS);
    assertThat(error(there.files.makeDirectory(FilePath.of("x", "y"), false)))
        .isEqualTo(StorageError.FILE_NOT_FOUND);
    there.file("file", "");
    assertThat(error(there.files.makeDirectory(FilePath.of("file"), false)))
        .isEqualTo(StorageError.FILE_EXISTS);
    assertThat(error(there.files.makeDirectory(FilePath.of("file", "x"), true)))
        .isEqualTo(StorageError.NOT_A_DIRECTORY);
    assertThat(there.volume.resolve(".homecloud-partial")).isEmptyDirectory();
  }

  @Test
  void movingReplacesOnlyWhenAsked() throws IOException {
    // Given
    there.file("a", "a");
    there.file("b", "b");
    there.file("full/x", "");
    Files.createDirectory(there.volume.resolve("empty"));
    FilePath a = FilePath.of("a");
    FilePath b = FilePath.of("b");
    FilePath full = FilePath.of("full");
    // When
    var kept = there.files.move(a, b, false);
    var moved = there.files.move(a, b, true);
    // Then
    assertThat(error(kept)).isEqualTo(StorageError.FILE_EXISTS);
    assertThat(done(moved).name()).isEqualTo(FileName.of("b"));
    assertThat(there.volume.resolve("b")).hasContent("a");
    assertThat(error(there.files.move(a, FilePath.of("c"), false))).isEqualTo(NOT_FOUND);
    assertThat(error(there.files.move(b, FilePath.of("no", "c"), false))).isEqualTo(NOT_FOUND);
    assertThat(error(there.files.move(b, full, true))).isEqualTo(StorageError.IS_A_DIRECTORY);
    assertThat(error(there.files.move(full, b, true))).isEqualTo(StorageError.NOT_A_DIRECTORY);
    assertThat(error(there.files.move(FilePath.of("empty"), full, true)))
        .isEqualTo(StorageError.DIRECTORY_NOT_EMPTY);
    assertThat(error(there.files.move(full, FilePath.of("full", "in"), false)))
        .isEqualTo(StorageError.INTO_ITSELF);
  }

  private static final StorageError NOT_FOUND = StorageError.FILE_NOT_FOUND;

  @Test
  void deletingADirectoryWithContentHasToBeMeant() throws IOException {
    // Given
    there.file("d/file", "");
    FilePath directory = FilePath.of("d");
    // When
    var refused = there.files.delete(directory, false, UNWATCHED);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.DIRECTORY_NOT_EMPTY);
    assertThat(done(there.files.delete(directory, true, UNWATCHED))).isEqualTo(2);
    assertThat(error(there.files.delete(directory, true, UNWATCHED))).isEqualTo(NOT_FOUND);
  }

  @Test
  void aTreeDeeperThanAnyPathIsDeleted() throws Exception {
    // Given
    int depth = 5000;
    deepTree(depth);
    // When
    long deleted = done(there.files.delete(FilePath.of("d"), true, UNWATCHED));
    // Then
    assertThat(deleted).isEqualTo(2L * depth);
    assertThat(there.volume).isEmptyDirectory();
  }

  /** Every level has a directory on and a file. */
  private void deepTree(int depth) throws FileRefused {
    FileName next = FileName.of("d");
    try (BeneathDirectory root = BeneathDirectory.at(there.volume)) {
      Descriptor at = root.directory(FilePath.ROOT);
      for (int i = 0; i < depth; i++) {
        Kernel.makeDirectory(at, next, 0755);
        Descriptor deeper = root.directory(at, next);
        Kernel.open(deeper, FileName.of("f").bytes(), Opening.making(0644)).close();
        at.close();
        at = deeper;
      }
      at.close();
    }
  }

  @Test
  void aWideAndDeepTreeIsDeletedWhole() throws IOException {
    // Given
    long made = 0;
    for (String top : List.of("t/a", "t/b", "t/c")) {
      String path = top;
      for (int i = 0; i < 40; i++) { // deeper than what the walk keeps open
        path += "/d" + i;
        there.file(path + "/f1", "");
        there.file(path + "/z/f2", "");
        made += 4;
      }
      made++;
    }
    // When
    long deleted = done(there.files.delete(FilePath.of("t"), true, UNWATCHED));
    // Then
    assertThat(deleted).isEqualTo(made + 1);
    assertThat(there.volume).isEmptyDirectory();
  }

  @Test
  void aCancelledDeletionStops() throws IOException {
    // Given
    for (int i = 0; i < 300; i++) {
      there.file("d/" + i, "");
    }
    List<Long> reported = new ArrayList<>();
    TaskProgress cancelled =
        new TaskProgress() {
          @Override
          public void report(long done, long total, String unit) {
            reported.add(done);
          }

          @Override
          public boolean cancelled() {
            return !reported.isEmpty();
          }
        };
    // When
    var outcome = there.files.delete(FilePath.of("d"), true, cancelled);
    // Then
    assertThat(error(outcome)).isEqualTo(StorageError.CANCELLED);
    try (var left = Files.list(there.volume.resolve("d"))) {
      assertThat(left).hasSize(200);
    }
  }
}
