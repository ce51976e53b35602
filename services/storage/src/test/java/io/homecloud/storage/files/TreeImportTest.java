package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.UNWATCHED;
import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TreeImportTest {
  private static final FilePath INTO = FilePath.of("old disk");
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2009-03-01T12:34:56.789Z"));

  private VolumeDirectory disk;
  private VolumeDirectory home;

  @BeforeEach
  void open() throws IOException {
    disk = new VolumeDirectory();
    home = new VolumeDirectory();
  }

  @AfterEach
  void close() throws IOException {
    disk.close();
    assertThat(home.outside.resolve("secret")).hasContent("secret");
    try (Stream<Path> left = Files.list(home.outside)) {
      assertThat(left).hasSize(1);
    }
    home.close();
  }

  @Test
  void filesComeWithTheirTimesAndBelongToTheVolumesOwner() throws IOException {
    // Given
    Path letter = disk.file("docs/2009/letter", "dear reader");
    Path program = disk.file("docs/run.sh", "#!/bin/sh");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setLastModifiedTime(letter, LONG_AGO);
    Files.setLastModifiedTime(disk.volume.resolve("docs/2009"), LONG_AGO);
    Files.createDirectory(disk.volume.resolve("empty"));
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report).isEqualTo(new ImportReport(2, 20, 0, 0, List.of()));
    Path year = home.volume.resolve("old disk/docs/2009");
    Path copy = year.resolve("letter");
    assertThat(copy).hasContent("dear reader");
    assertThat(Files.getLastModifiedTime(copy)).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(year)).isEqualTo(LONG_AGO);
    assertThat(mode(copy)).isEqualTo("rw-r-----");
    assertThat(mode(year)).isEqualTo("rwxr-x---");
    assertThat(mode(home.volume.resolve("old disk/docs/run.sh"))).isEqualTo("rwxr-x---");
    assertThat(home.volume.resolve("old disk/empty")).isEmptyDirectory();
    assertNothingHalfMade();
  }

  @Test
  void whatIsThereAlreadyIsSkipped() throws IOException {
    // Given
    disk.file("a", "same time");
    disk.file("b", "same content");
    disk.file("d/c", "new");
    disk.link("l", "a");
    done(importing());
    Path touched = home.volume.resolve("old disk/b");
    Files.setLastModifiedTime(touched, LONG_AGO);
    Files.delete(home.volume.resolve("old disk/d/c"));
    // When
    ImportReport again = done(importing());
    // Then
    assertThat(again).isEqualTo(new ImportReport(1, 3, 3, 0, List.of()));
    assertThat(Files.getLastModifiedTime(touched)).isEqualTo(LONG_AGO);
    assertThat(home.volume.resolve("old disk/d/c")).hasContent("new");
  }

  @Test
  void nothingOfTheVolumeIsEverReplaced() throws IOException {
    // Given
    disk.file("file", "theirs");
    disk.file("same-size", "abc");
    disk.file("dir/x", "x");
    disk.link("link", "theirs");
    disk.file("was-link", "x");
    Path mine = home.file("old disk/file", "mine and longer");
    Path size = home.file("old disk/same-size", "xyz");
    Path dir = home.file("old disk/dir", "a file");
    home.link("old disk/link", "mine");
    home.link("old disk/was-link", "../../outside/secret");
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.notImported()).isEqualTo(5);
    assertThat(report.findings())
        .extracting(finding -> finding.path() + " " + finding.error())
        .containsExactlyInAnyOrder(
            "file FILE_EXISTS",
            "same-size FILE_EXISTS",
            "dir FILE_EXISTS",
            "link FILE_EXISTS",
            "was-link FILE_EXISTS");
    assertThat(mine).hasContent("mine and longer");
    assertThat(size).hasContent("xyz");
    assertThat(dir).hasContent("a file");
    assertThat(Files.readSymbolicLink(home.volume.resolve("old disk/link"))).hasToString("mine");
    assertNothingHalfMade();
  }

  @Test
  void linksAreCopiedAsLinksAndSpecialFilesAreTold() throws IOException {
    // Given
    disk.link("absolute", "/etc/passwd");
    disk.link("up", "../../../../outside");
    disk.link("dangling", "nowhere");
    disk.link("self", "self");
    disk.pipe("pipe");
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.files()).isEqualTo(4);
    assertThat(report.findings())
        .containsExactly(new ImportFinding(FilePath.of("pipe"), StorageError.NOT_A_FILE));
    for (String name : List.of("absolute", "up", "dangling", "self")) {
      Path copy = home.volume.resolve("old disk").resolve(name);
      Path original = disk.volume.resolve(name);
      assertThat(Files.readSymbolicLink(copy)).isEqualTo(Files.readSymbolicLink(original));
      assertThat(Files.getLastModifiedTime(copy, LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(Files.getLastModifiedTime(original, LinkOption.NOFOLLOW_LINKS));
    }
  }

  @Test
  void linksInTheVolumeDoNotLeadTheCopyOut() throws IOException {
    // Given
    disk.file("dir/file", "x");
    Files.createDirectory(home.volume.resolve("old disk"));
    home.link("old disk/dir", "../../outside");
    home.link("door", "../outside");
    // When
    ImportReport report = done(importing());
    var through = importing(FilePath.of("door"), UNWATCHED);
    var behind = importing(FilePath.of("door", "deeper"), UNWATCHED);
    // Then
    assertThat(report.findings())
        .containsExactly(new ImportFinding(FilePath.of("dir"), StorageError.FILE_EXISTS));
    assertThat(error(through))
        .isIn(
            StorageError.LINK_NOT_FOLLOWED, StorageError.FILE_EXISTS, StorageError.NOT_A_DIRECTORY);
    assertThat(error(behind)).isIn(StorageError.LINK_NOT_FOLLOWED, StorageError.NOT_A_DIRECTORY);
  }

  @Test
  void aDirectorySwappedForALinkMeanwhileLeadsNowhere() throws Exception {
    // Given
    for (int i = 0; i < 400; i++) {
      disk.file("dir/" + i, "content " + i);
    }
    Path dir = home.volume.resolve("old disk/dir");
    Path aside = home.volume.resolve("aside");
    Thread swapper =
        Thread.startVirtualThread(() -> {
          while (!Thread.currentThread().isInterrupted()) {
            try {
              Files.move(dir, aside);
              Files.createSymbolicLink(dir, home.outside);
              Files.delete(dir);
              Files.move(aside, dir);
            } catch (IOException notThere) {
              Thread.onSpinWait();
            }
          }
        });
    // When
    List<Outcome<ImportReport>> outcomes = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      outcomes.add(importing());
    }
    swapper.interrupt();
    swapper.join();
    // Then: close() looks whether anything came out
    assertThat(outcomes).hasSize(5);
  }

  @Test
  void aCancelledImportGoesOnWhereItEnded() throws IOException {
    // Given
    Path film = disk.volume.resolve("film");
    writeBlocks(film, 8);
    disk.file("z", "small");
    // When
    var cancelled = importing(INTO, Watched.cancelAt(bytes -> bytes >= 3 << 20));
    long halfMade = Files.size(onlyPartial());
    List<Long> progress = new ArrayList<>();
    ImportReport report = done(importing(INTO, Watched.noting(progress)));
    // Then
    assertThat(error(cancelled)).isEqualTo(StorageError.CANCELLED);
    assertThat(halfMade).isBetween(3L << 20, 7L << 20);
    assertThat(report.notImported()).isZero();
    assertThat(home.volume.resolve("old disk/film")).hasSameBinaryContentAs(film);
    assertThat(progress).isSorted().last().isEqualTo((8L << 20) + 5);
    assertThat(progress).noneMatch(bytes -> bytes > 5 && bytes < 3 << 20);
    assertNothingHalfMade();
  }

  @Test
  void copiesThatWaitForTheirNamesAreNotSweptHoweverOldTheirOriginals() throws IOException {
    // Given
    Path photo = disk.file("2009", "a photo");
    Files.setLastModifiedTime(photo, LONG_AGO);
    writeBlocks(disk.volume.resolve("film"), 8);
    Path left = home.file(".homecloud-partial/import-ffffffff-00", "of an earlier boot");
    Files.createSymbolicLink(left.resolveSibling("import-ffffffff-01"), Path.of("nowhere"));
    Files.setPosixFilePermissions(left.getParent(), PosixFilePermissions.fromString("rwx------"));
    List<Integer> swept = new ArrayList<>();
    // When
    ImportReport report =
        done(
            importing(
                INTO,
                Watched.cancelAt(_ -> {
                  swept.add(done(home.files.sweep(Instant.now().minusSeconds(86_400)::isAfter)));
                  return false;
                })));
    // Then
    assertThat(report).isEqualTo(new ImportReport(2, (8L << 20) + 7, 0, 0, List.of()));
    assertThat(home.volume.resolve("old disk/2009")).hasContent("a photo");
    assertThat(swept).startsWith(2).allMatch(count -> count == 0 || count == 2);
    assertNothingHalfMade();
  }

  @Test
  void aHalfMadeCopyOfAnotherVersionIsNotContinued() throws IOException {
    // Given
    Path film = disk.volume.resolve("film");
    writeBlocks(film, 8);
    importing(INTO, Watched.cancelAt(bytes -> bytes >= 3 << 20));
    try (RandomAccessFile file = new RandomAccessFile(film.toFile(), "rw")) {
      file.write("another beginning".getBytes(StandardCharsets.US_ASCII));
    }
    Files.setLastModifiedTime(film, LONG_AGO);
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.files()).isEqualTo(1);
    assertThat(home.volume.resolve("old disk/film")).hasSameBinaryContentAs(film);
  }

  @Test
  void holesStayHoles() throws IOException {
    // Given
    Path sparse = disk.volume.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(1L << 32);
      file.seek(1L << 31);
      file.write(7);
    }
    // When
    ImportReport report = done(importing());
    // Then
    Path copy = home.volume.resolve("old disk/sparse");
    assertThat(report.bytes()).isEqualTo(1L << 32);
    assertThat(Files.size(copy)).isEqualTo(1L << 32);
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
      file.seek(1L << 31);
      assertThat(file.read()).isEqualTo(7);
    }
    try (Descriptor open =
        Kernel.open(null, copy.toString().getBytes(StandardCharsets.UTF_8), Opening.READ_AGAIN)) {
      assertThat(CopyCalls.data(open, 0, 1L << 32)).isEqualTo(1L << 31);
    } catch (FileRefused e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void severalNamesOfOneFileAllCome() throws IOException {
    // Given
    Path first = disk.file("a/first", "shared");
    Files.createLink(disk.volume.resolve("second"), first);
    Files.createDirectory(disk.volume.resolve("b"));
    Files.createLink(disk.volume.resolve("b/third"), first);
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.files()).isEqualTo(3);
    for (String name : List.of("a/first", "second", "b/third")) {
      assertThat(home.volume.resolve("old disk").resolve(name)).hasContent("shared");
    }
  }

  @Test
  void aTreeOfHomecloudsOwnIsNotTakenForHalfMadeFiles() throws IOException {
    // Given
    disk.file(".homecloud-partial/evil", "x");
    disk.file("sub/.homecloud-partial/fine", "y");
    // When
    ImportReport report = done(importing(FilePath.ROOT, UNWATCHED));
    var into = importing(FilePath.of(".homecloud-partial", "x"), UNWATCHED);
    // Then
    assertThat(report.findings())
        .containsExactly(
            new ImportFinding(FilePath.of(".homecloud-partial"), StorageError.FILE_NAME_RESERVED));
    assertThat(home.volume.resolve("sub/.homecloud-partial/fine")).hasContent("y");
    assertThat(error(into)).isEqualTo(StorageError.FILE_NAME_RESERVED);
  }

  @Test
  void treesDeeperThanAPathAreTakenAsFarAsPathsGo() throws Exception {
    // Given
    FileName name = FileName.of("d".repeat(200));
    try (BeneathDirectory root = BeneathDirectory.at(disk.volume)) {
      Descriptor at = root.directory(FilePath.ROOT);
      for (int i = 0; i < 40; i++) {
        Kernel.makeDirectory(at, name, 0700);
        Descriptor deeper = root.directory(at, name);
        at.close();
        at = deeper;
      }
      at.close();
    }
    disk.file("z", "after");
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.error()).isEqualTo(StorageError.FILE_NAME_INVALID))
        .satisfies(f -> assertThat(f.path().names()).hasSize(20));
    assertThat(home.volume.resolve("old disk/z")).hasContent("after");
  }

  @Test
  void namesThatAreNoUnicodeAndManyFindingsAreBorne() throws Exception {
    // Given
    FileName odd = FileName.of(new byte[] {'a', (byte) 0xff, '\n', (byte) 0xc3});
    try (BeneathDirectory root = BeneathDirectory.at(disk.volume);
        Descriptor top = root.directory(FilePath.ROOT)) {
      Kernel.makeDirectory(top, odd, 0700);
    }
    for (int i = 0; i < ImportReport.NAMED + 50; i++) {
      disk.pipe("pipe" + i);
    }
    // When
    ImportReport report = done(importing());
    // Then
    assertThat(report.notImported()).isEqualTo(ImportReport.NAMED + 50);
    assertThat(report.findings()).hasSize(ImportReport.NAMED);
    assertThat(done(home.files.list(INTO, null, 10)).entries())
        .extracting(FileEntry::name)
        .containsExactly(odd);
  }

  @Test
  void nothingIsPutWhereNoVolumeIsMounted() throws IOException {
    // Given
    disk.file("letter", "dear reader");
    // When
    Outcome<ImportReport> refused =
        TreeImport.run(disk.volume, home.volume, INTO, home.owner, UNWATCHED);
    // Then
    assertThat(error(refused)).isEqualTo(StorageError.VOLUME_NOT_READY);
    assertThat(home.volume).isEmptyDirectory();
  }

  private Outcome<ImportReport> importing() {
    return importing(INTO, UNWATCHED);
  }

  private Outcome<ImportReport> importing(FilePath into, TaskProgress progress) {
    return FileRefused.asResult(
        into,
        () ->
            TreeImport.into(
                BeneathDirectory.at(home.volume), disk.volume, into, home.owner, progress));
  }

  private Path onlyPartial() throws IOException {
    try (Stream<Path> partial = Files.list(home.volume.resolve(".homecloud-partial"))) {
      return partial
          .reduce((_, _) -> {
            throw new AssertionError("more than one");
          })
          .orElseThrow();
    }
  }

  private void assertNothingHalfMade() throws IOException {
    assertThat(home.volume.resolve(".homecloud-partial")).isEmptyDirectory();
  }

  private static void writeBlocks(Path file, int mebibytes) throws IOException {
    byte[] block = new byte[1 << 20];
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < mebibytes; i++) {
        new Random(i).nextBytes(block);
        out.write(block);
      }
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
