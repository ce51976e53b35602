package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.UNWATCHED;
import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a volume never leads out of it, and never stops a request. */
@Timeout(60)
class HostilePathsTest {
  private VolumeDirectory there;

  @BeforeEach
  void open() throws IOException {
    there = new VolumeDirectory();
  }

  @AfterEach
  void close() throws IOException {
    assertThat(there.outside.resolve("secret")).hasContent("secret");
    try (var left = Files.list(there.outside)) {
      assertThat(left).hasSize(1);
    }
    there.close();
  }

  /** Every way in by a path. */
  private List<Outcome<?>> everythingWith(FilePath path) throws IOException {
    return List.of(
        there.files.list(path, null, 10),
        there.files.read(path),
        there.files.zip(path, FileName.of("z")),
        there.files.upload(Uploads.of(path, 3)),
        there.files.makeDirectory(path.child(FileName.of("made")), false),
        there.files.makeDirectory(path.child(FileName.of("made")), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../outside", "ABSOLUTE", "chain", "sub/../../outside", "/proc/self/root"})
  void linksToDirectoriesOutsideAreNotFollowed(String target) throws IOException {
    // Given
    Files.createDirectory(there.volume.resolve("sub"));
    there.link("chain", "../outside");
    there.link("door", target.equals("ABSOLUTE") ? there.outside.toString() : target);
    FilePath door = FilePath.of("door");
    FilePath behind = FilePath.of("door", "secret");
    // When
    var at = List.of(there.files.list(door, null, 10), there.files.zip(door, FileName.of("z")));
    var through = everythingWith(behind);
    // Then
    assertThat(at).allSatisfy(refused -> assertThat(error(refused)).isIn(NOT_FOLLOWED));
    assertThat(through).allSatisfy(refused -> assertThat(error(refused)).isIn(NOT_FOLLOWED));
    assertThat(error(there.files.stat(behind))).isIn(NOT_FOLLOWED);
    assertThat(error(there.files.delete(behind, true, UNWATCHED))).isIn(NOT_FOLLOWED);
    assertThat(error(there.files.move(behind, FilePath.of("got"), true))).isIn(NOT_FOLLOWED);
  }

  private static final List<StorageError> NOT_FOLLOWED =
      List.of(StorageError.LINK_NOT_FOLLOWED, StorageError.NOT_A_DIRECTORY);

  @ParameterizedTest
  @ValueSource(strings = {"../outside/secret", "loop", "nowhere", "/etc/passwd", "here"})
  void aLinkIsShownAndNeverOpened(String target) throws IOException {
    // Given
    there.file("here", "inside");
    there.link("loop", "loop");
    there.link("link", target);
    // When
    var read = there.files.read(FilePath.of("link"));
    // Then
    assertThat(error(read)).isEqualTo(StorageError.LINK_NOT_FOLLOWED);
    FileEntry entry = done(there.files.stat(FilePath.of("link")));
    assertThat(entry.type()).isEqualTo(FileType.LINK);
    assertThat(entry.linkTarget()).isEqualTo(target);
  }

  @Test
  void anUploadReplacesALinkAndNotItsTarget() throws IOException {
    // Given
    there.link("link", "../outside/secret");
    // When
    FileEntry entry = Uploads.whole(there.files, FilePath.of("link"), "mine");
    // Then
    assertThat(entry.type()).isEqualTo(FileType.FILE);
    assertThat(there.volume.resolve("link")).isRegularFile().hasContent("mine");
  }

  @Test
  void deletingALinkOrATreeOfLinksDeletesNothingElse() throws IOException {
    // Given
    Files.createDirectories(there.volume.resolve("tree/deep"));
    there.link("tree/deep/out", "../../../outside");
    there.link("tree/secret", there.outside.resolve("secret").toString());
    there.link("link", "../outside");
    // When
    long one = done(there.files.delete(FilePath.of("link"), true, UNWATCHED));
    long tree = done(there.files.delete(FilePath.of("tree"), true, UNWATCHED));
    // Then
    assertThat(one).isEqualTo(1);
    assertThat(tree).isEqualTo(4);
    assertThat(there.volume).isEmptyDirectory();
  }

  @Test
  void aPipeInTheWayNeverBlocks() throws IOException {
    // Given
    there.pipe("pipe");
    FilePath pipe = FilePath.of("pipe");
    // When
    var read = there.files.read(pipe);
    var upload = there.files.upload(Uploads.of(pipe, 3));
    // Then
    assertThat(error(read)).isEqualTo(StorageError.NOT_A_FILE);
    assertThat(error(upload)).isEqualTo(StorageError.NOT_A_FILE);
    assertThat(error(there.files.list(pipe, null, 10))).isEqualTo(StorageError.NOT_A_DIRECTORY);
    assertThat(done(there.files.stat(pipe)).type()).isEqualTo(FileType.OTHER);
    assertThat(done(there.files.delete(pipe, false, UNWATCHED))).isEqualTo(1);
  }

  @Test
  void thePlaceOfPartialFilesIsNobodysBusiness() throws IOException {
    // Given
    Uploads.whole(there.files, FilePath.of("file"), "x");
    FilePath place = FilePath.of(".homecloud-partial");
    FilePath inside = FilePath.of(".homecloud-partial", "x");
    // When
    FilePage page = done(there.files.list(FilePath.ROOT, null, 10));
    // Then
    assertThat(page.entries()).extracting(FileEntry::name).containsExactly(FileName.of("file"));
    assertThat(error(there.files.stat(place))).isEqualTo(StorageError.FILE_NOT_FOUND);
    assertThat(error(there.files.list(place, null, 9))).isEqualTo(StorageError.FILE_NOT_FOUND);
    assertThat(error(there.files.upload(Uploads.of(inside, 1)))).isEqualTo(RESERVED);
    assertThat(error(there.files.delete(place, true, UNWATCHED))).isEqualTo(RESERVED);
    assertThat(error(there.files.move(FilePath.of("file"), inside, true))).isEqualTo(RESERVED);
    assertThat(error(there.files.move(place, FilePath.of("x"), true))).isEqualTo(RESERVED);
    assertThat(error(there.files.delete(FilePath.ROOT, true, UNWATCHED))).isEqualTo(RESERVED);
  }

  private static final StorageError RESERVED = StorageError.FILE_NAME_RESERVED;

  @ParameterizedTest
  @ValueSource(strings = {"link", "file", "open directory", "pipe"})
  void whatSomebodyHasPutAtThePlaceOfPartialFilesIsKeptAndStopsNobody(String what)
      throws IOException {
    // Given
    String name = ".homecloud-partial";
    switch (what) {
      case "link" -> there.link(name, "../outside");
      case "file" -> there.file(name, "mine");
      case "pipe" -> there.pipe(name);
      default -> Files.createDirectory(there.volume.resolve(name));
    }
    // When
    var upload = there.files.upload(Uploads.of(FilePath.of("new"), 3));
    // Then
    done(upload).close();
    var made = done(there.files.makeDirectory(FilePath.of("d"), false));
    assertThat(made.name()).isEqualTo(FileName.of("d"));
    Path aside = there.volume.resolve("homecloud-partial-1");
    assertThat(Files.exists(aside, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.isDirectory(aside, LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(what.equals("open directory"));
    assertThat(
            Files.readAttributes(
                there.volume.resolve(name), "unix:mode", LinkOption.NOFOLLOW_LINKS))
        .as("the place is ours")
        .containsEntry("mode", 0040700);
  }

  @Test
  void namesThatAreNotUtf8AreListedAndFoundAgain() throws Exception {
    // Given
    FileName latin = FileName.of(new byte[] {'c', 'a', 'f', (byte) 0xe9});
    try (BeneathDirectory root = BeneathDirectory.at(there.volume);
        Descriptor top = root.directory(FilePath.ROOT)) {
      Kernel.open(top, latin.bytes(), Opening.making(0644)).close();
    }
    // When
    FileEntry entry = done(there.files.list(FilePath.ROOT, null, 10)).entries().getFirst();
    // Then
    assertThat(entry.name().encoded()).isEqualTo("caf%E9");
    assertThat(entry.name().text()).isEqualTo("caf\ufffd");
    FilePath again = done(FilePath.parse(entry.name().encoded()));
    assertThat(done(there.files.stat(again)).name()).isEqualTo(latin);
    assertThat(done(there.files.delete(again, false, UNWATCHED))).isEqualTo(1);
  }
}
