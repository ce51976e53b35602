package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files as somebody sees them whom their modes do not let have everything. */
class SightTest {
  private static final FilePath SHARED = FilePath.of("shared");

  private VolumeDirectory there;

  @BeforeEach
  void filesOfSeveral() throws IOException {
    there = new VolumeDirectory();
    there.file("shared/open/a", "a");
    mode(there.file("shared/open/private", "p"), "rw-------");
    there.file("shared/home/diary", "d");
    mode(there.volume.resolve("shared/home"), "rwx------");
    there.file("shared/passage/b", "b");
    mode(there.volume.resolve("shared/passage"), "rwx--x--x");
    there.file("shared/.recycle/old", "o");
    there.file("shared/.tmpA1", "t");
    there.file("beside", "b");
    mode(there.volume, "rwx------");
  }

  @AfterEach
  void close() throws IOException {
    there.close();
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** Of somebody whose nothing is there. */
  private VolumeFiles strangers() {
    return seen(there.owner.uid() + 1, there.owner.gid() + 1);
  }

  private VolumeFiles seen(int uid, int gid) {
    return there.files.seenBy(
        new Sight(uid, gid, SHARED, Set.of(FileName.of(".recycle"), FileName.of(".tmp*"))));
  }

  @Test
  void whatModesKeepFromAUserIsNotThere() {
    // Given
    VolumeFiles files = strangers();
    for (String path :
        new String[] {
          "shared/open/private",
          "shared/home",
          "shared/home/diary",
          "shared/.recycle",
          "shared/.recycle/old",
          "shared/.tmpA1",
          "beside",
          "shared/open/../home/diary"
        }) {
      FilePath at = FilePath.of(path.replace("open/../", "").split("/"));
      // When, Then
      assertThat(error(files.stat(at))).as(path).isEqualTo(StorageError.FILE_NOT_FOUND);
      assertThat(error(files.read(at))).as(path).isEqualTo(StorageError.FILE_NOT_FOUND);
    }
    assertThat(error(files.list(FilePath.ROOT, null, 9))).isEqualTo(StorageError.FILE_NOT_FOUND);
    assertThat(error(files.list(FilePath.of("shared", "home"), null, 9)))
        .isEqualTo(StorageError.FILE_NOT_FOUND);
    assertThat(error(files.list(FilePath.of("shared", "passage"), null, 9)))
        .isEqualTo(StorageError.FILE_NOT_FOUND);
    done(files.read(FilePath.of("shared", "passage", "b"))).close();
    done(files.read(FilePath.of("shared", "open", "a"))).close();
  }

  @Test
  void listsAndZipsLeaveItOut() throws IOException {
    // Given
    VolumeFiles files = strangers();
    Path zip = there.outside.resolve("z.zip");
    // When
    FilePage page = done(files.list(SHARED, null, 9));
    try (DirectoryZip all = done(files.zip(SHARED, FileName.of("top")));
        OutputStream out = new EndsOutput(zip)) {
      all.writeTo(out);
    }
    // Then
    assertThat(page.entries()).extracting(entry -> entry.name().text()).containsExactly("open");
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertThat(file.stream().map(Object::toString))
          .containsExactlyInAnyOrder("top/", "top/open/", "top/open/a");
    }
    List<FilePath> picked =
        List.of(
            FilePath.of("home", "diary"), FilePath.of(".recycle"), FilePath.of("open", "private"));
    Path some = there.outside.resolve("some.zip");
    try (DirectoryZip one = done(files.zip(SHARED, FileName.of("top"), picked));
        OutputStream out = new EndsOutput(some)) {
      one.writeTo(out);
    }
    try (ZipFile file = new ZipFile(some.toFile())) {
      assertThat(file.stream().map(Object::toString)).containsExactly("top/");
      assertThat(file.getComment()).startsWith("3 left out");
    }
  }

  @Test
  void theOwnerSeesAllButTheNamesThatNobodySees() {
    // Given
    VolumeFiles files = seen(there.owner.uid(), there.owner.gid() + 1);
    // When
    FilePage page = done(files.list(SHARED, null, 9));
    // Then
    assertThat(page.entries())
        .extracting(entry -> entry.name().text())
        .containsExactly("home", "open", "passage");
  }

  @Test
  void aGroupHasWhatItsBitsSayAndNotThoseOfOthers() throws IOException {
    // Given
    mode(there.volume.resolve("shared/open"), "rwx---r-x");
    VolumeFiles files = seen(there.owner.uid() + 1, there.owner.gid());
    // When
    FilePage page = done(files.list(SHARED, null, 9));
    // Then
    assertThat(page.entries()).isEmpty();
  }

  @Test
  void nothingIsBroughtWhereTheUserMayNotWrite() throws IOException {
    // Given
    VolumeFiles files = strangers();
    FilePath box = FilePath.of("shared", "open", "new");
    // When, Then
    assertThat(error(files.welcome(box))).isEqualTo(StorageError.FILE_PROTECTED);
    assertThat(error(files.upload(Uploads.of(box, 1)))).isEqualTo(StorageError.FILE_PROTECTED);
    assertThat(error(files.upload(Uploads.of(FilePath.of("shared", "home", "new"), 1))))
        .isEqualTo(StorageError.FILE_NOT_FOUND);
    mode(there.volume.resolve("shared/open"), "rwxr-xrwx");
    assertThat(done(files.welcome(box))).isEqualTo(box);
  }
}
