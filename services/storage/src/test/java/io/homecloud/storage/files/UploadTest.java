package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.ProcessIdentity;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UploadTest {
  private static final FilePath TARGET = FilePath.of("photo.jpg");

  private final byte[] content = new byte[3_500_001];
  private VolumeDirectory there;

  @BeforeEach
  void open() throws IOException {
    new Random(1).nextBytes(content);
    there = new VolumeDirectory();
  }

  @AfterEach
  void close() throws IOException {
    there.close();
  }

  private InputStream bytes(int from, int to) {
    return new ByteArrayInputStream(content, from, to - from);
  }

  private List<String> partials() throws IOException {
    try (var names = Files.list(there.volume.resolve(".homecloud-partial"))) {
      return names.map(name -> name.getFileName().toString()).toList();
    }
  }

  @Test
  void theFileIsThereWhenFinishedAndNotBefore() throws IOException {
    // Given
    Instant taken = Instant.parse("2001-02-03T04:05:06.789Z");
    var request =
        new UploadRequest(
            UploadId.of(TARGET, content.length, "anna"),
            TARGET,
            content.length,
            new Replace.Never(),
            taken);
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(0, content.length))));
      assertThat(there.volume.resolve("photo.jpg")).doesNotExist();
      // When
      FileEntry entry = done(upload.finish());
      // Then
      assertThat(entry.size()).isEqualTo(content.length);
      assertThat(entry.modified()).isEqualTo(taken);
      assertThat(entry.mode()).isEqualTo(0640);
    }
    assertThat(there.volume.resolve("photo.jpg")).hasBinaryContent(content);
    assertThat(Files.getPosixFilePermissions(there.volume.resolve("photo.jpg")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(partials()).isEmpty();
  }

  @Test
  void anEmptyFileCanBeUploaded() throws IOException {
    // When
    FileEntry entry = Uploads.whole(there.files, TARGET, "");
    // Then
    assertThat(entry.size()).isZero();
    assertThat(there.volume.resolve("photo.jpg")).isEmptyFile();
  }

  @Test
  void ofUnknownLengthItEndsWithTheStream() throws IOException {
    // Given
    var request = Uploads.of(TARGET, UploadRequest.UNKNOWN);
    // When
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(0, content.length))));
      done(upload.finish());
    }
    // Then
    assertThat(there.volume.resolve("photo.jpg")).hasBinaryContent(content);
  }

  private InputStream brokenAfter(int length) {
    InputStream breaks =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] bytes, int start, int length) throws IOException {
            return read();
          }
        };
    return new SequenceInputStream(bytes(0, length), breaks);
  }

  @Test
  void ofUnknownLengthNothingIsLeftWhenTheConnectionBreaks() throws IOException {
    // Given
    var request = Uploads.of(TARGET, UploadRequest.UNKNOWN);
    try (Upload upload = done(there.files.upload(request))) {
      // When
      assertThatThrownBy(() -> upload.write(Uploads.from(brokenAfter(1_234_567))))
          .hasMessage("connection reset");
    }
    // Then
    assertThat(partials()).isEmpty();
    assertThat(there.volume.resolve("photo.jpg")).doesNotExist();
  }

  @Test
  void whatABrokenConnectionLeftIsResumed() throws IOException {
    // Given
    var request = Uploads.of(TARGET, content.length);
    try (Upload upload = done(there.files.upload(request))) {
      assertThatThrownBy(() -> upload.write(Uploads.from(brokenAfter(1_234_567))))
          .hasMessage("connection reset");
    }
    assertThat(done(there.files.uploaded(request.id()))).isEqualTo(1_234_567);
    // When
    try (Upload upload = done(there.files.upload(request))) {
      assertThat(upload.offset()).isEqualTo(1_234_567);
      assertThat(error(upload.finish())).isEqualTo(StorageError.UPLOAD_INCOMPLETE);
      assertThat(error(upload.goBackTo(1_234_568))).isEqualTo(StorageError.WRONG_OFFSET);
      assertThat(done(upload.goBackTo(1_000_000))).isEqualTo(1_000_000);
      done(upload.write(Uploads.from(bytes(1_000_000, content.length))));
      done(upload.finish());
    }
    // Then
    assertThat(there.volume.resolve("photo.jpg")).hasBinaryContent(content);
    assertThat(done(there.files.uploaded(request.id()))).isZero();
  }

  @Test
  void afterAPowerCutOnlyWhatWasKeptIsTrusted() throws Exception {
    // Given
    var request = Uploads.of(TARGET, content.length);
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(0, 1_000_000))));
      assertThat(done(upload.keep())).isEqualTo(1_000_000);
    }
    try (Upload upload = done(there.files.upload(request))) {
      assertThat(upload.offset()).isEqualTo(1_000_000);
      done(upload.write(Uploads.from(bytes(1_000_000, 2_000_000))));
    }
    assertThat(done(there.files.uploaded(request.id()))).isEqualTo(2_000_000);
    // When: what was not kept is zeros, and its size is there
    Path partial = there.volume.resolve(".homecloud-partial").resolve(partials().getFirst());
    try (var file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1_000_000), 1_000_000);
    }
    anotherBoot(partial);
    // Then
    assertThat(done(there.files.uploaded(request.id()))).isEqualTo(1_000_000);
    try (Upload upload = done(there.files.upload(request))) {
      assertThat(upload.offset()).isEqualTo(1_000_000);
      done(upload.write(Uploads.from(bytes(1_000_000, 1_500_000))));
    }
    assertThat(done(there.files.uploaded(request.id()))).isEqualTo(1_500_000);
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(1_500_000, content.length))));
      done(upload.finish());
    }
    assertThat(there.volume.resolve("photo.jpg")).hasBinaryContent(content);
    assertThat(note(there.volume.resolve("photo.jpg"))).isEmpty();
  }

  @Test
  void whatIsWrittenAgainIsNotKeptBeforeItIsOnTheDisk() throws Exception {
    // Given
    var request = Uploads.of(TARGET, content.length);
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(0, 1_000_000))));
      done(upload.keep());
    }
    // When
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.goBackTo(500_000));
      done(upload.write(Uploads.from(bytes(500_000, 2_000_000))));
    }
    anotherBoot(there.volume.resolve(".homecloud-partial").resolve(partials().getFirst()));
    // Then
    assertThat(done(there.files.uploaded(request.id()))).isEqualTo(500_000);
  }

  @Test
  void aNoteThatNobodyHereWroteIsNotTrusted() throws Exception {
    // Given
    var request = Uploads.of(TARGET, content.length);
    try (Upload upload = done(there.files.upload(request))) {
      done(upload.write(Uploads.from(bytes(0, 1_000_000))));
    }
    Path partial = there.volume.resolve(".homecloud-partial").resolve(partials().getFirst());
    for (String hostile : List.of("", "x", "-1", "9".repeat(1_000), "x 9999999999999999999999")) {
      // When
      note(partial, hostile);
      // Then
      assertThat(done(there.files.uploaded(request.id()))).isZero();
    }
  }

  private static void anotherBoot(Path partial) throws Exception {
    String note = note(partial);
    assertThat(note).startsWith(ProcessIdentity.thisBoot() + " ");
    note(partial, UUID.randomUUID() + note.substring(note.indexOf(' ')));
  }

  private static Descriptor opened(Path file) throws FileRefused {
    return Kernel.open(null, file.toString().getBytes(UTF_8), Opening.READ_AGAIN);
  }

  private static String note(Path file) throws FileRefused {
    try (Descriptor open = opened(file)) {
      return SafeLength.read(open);
    }
  }

  private static void note(Path file, String text) throws FileRefused {
    try (Descriptor open = opened(file)) {
      SafeLength.write(open, text);
    }
  }

  @Test
  void moreThanAnnouncedIsRefusedAndLeavesNothing() throws IOException {
    // Given
    Upload upload = done(there.files.upload(Uploads.of(TARGET, 100)));
    // When
    Outcome<Long> written = upload.write(Uploads.from(bytes(0, 101)));
    // Then
    assertThat(error(written)).isEqualTo(StorageError.FILE_TOO_LARGE);
    assertThat(partials()).isEmpty();
    assertThat(there.volume.resolve("photo.jpg")).doesNotExist();
    upload.close();
  }

  @Test
  void whoeverWritesItHasItForHimself() throws IOException {
    // Given
    var request = Uploads.of(TARGET, 100);
    try (Upload first = done(there.files.upload(request))) {
      // When
      var second = there.files.upload(request);
      // Then
      assertThat(error(second)).isEqualTo(StorageError.FILE_BUSY);
      assertThat(first.offset()).isZero();
    }
    done(there.files.upload(request)).close();
  }

  @Test
  void anExistingFileIsReplacedOnlyAsAsked() throws IOException {
    // Given
    String etag = Uploads.whole(there.files, TARGET, "old").etag();
    // When
    var never = there.files.upload(Uploads.of(TARGET, 3, new Replace.Never()));
    var other = there.files.upload(Uploads.of(TARGET, 3, new Replace.Only("other")));
    var missing = there.files.upload(Uploads.of(FilePath.of("x"), 3, new Replace.Only(etag)));
    // Then
    assertThat(error(never)).isEqualTo(StorageError.FILE_EXISTS);
    assertThat(error(other)).isEqualTo(StorageError.FILE_CHANGED);
    assertThat(error(missing)).isEqualTo(StorageError.FILE_CHANGED);
    try (Upload upload = done(there.files.upload(Uploads.of(TARGET, 3, new Replace.Only(etag))))) {
      done(upload.write(Uploads.from(bytes(0, 3))));
      assertThat(done(upload.finish()).etag()).isNotEqualTo(etag);
    }
  }

  @Test
  void changedWhileUploadingItIsNotReplaced() throws IOException {
    // Given
    String etag = Uploads.whole(there.files, TARGET, "old").etag();
    Upload upload = done(there.files.upload(Uploads.of(TARGET, 3, new Replace.Only(etag))));
    done(upload.write(Uploads.from(bytes(0, 3))));
    Files.writeString(there.volume.resolve("photo.jpg"), "edited");
    // When
    var finished = upload.finish();
    // Then
    assertThat(error(finished)).isEqualTo(StorageError.FILE_CHANGED);
    assertThat(there.volume.resolve("photo.jpg")).hasContent("edited");
    assertThat(partials()).isEmpty();
  }

  @Test
  void ofManyWhoWantTheNameOneGetsIt() throws Exception {
    // Given
    List<Callable<Outcome<FileEntry>>> racers =
        IntStream.range(0, 8).<Callable<Outcome<FileEntry>>>mapToObj(i -> () -> race(i)).toList();
    // When
    List<Outcome<FileEntry>> results;
    try (var threads = Executors.newFixedThreadPool(8)) {
      results = threads.invokeAll(racers).stream().map(Future::resultNow).toList();
    }
    // Then
    assertThat(results).filteredOn(Outcome.Done.class::isInstance).hasSize(1);
    assertThat(results)
        .filteredOn(Outcome.Refused.class::isInstance)
        .hasSize(7)
        .allSatisfy(lost -> assertThat(error(lost)).isEqualTo(StorageError.FILE_EXISTS));
    assertThat(partials()).isEmpty();
  }

  private Outcome<FileEntry> race(int who) throws IOException {
    var request =
        new UploadRequest(
            UploadId.of(TARGET, 3, "racer" + who), TARGET, 3, new Replace.Never(), null);
    return switch (there.files.upload(request)) {
      case Outcome.Refused<Upload> refused -> refused.as();
      case Outcome.Done<Upload>(Upload upload) -> {
        try (upload) {
          done(upload.write(Uploads.from(bytes(0, 3))));
          yield upload.finish();
        }
      }
    };
  }

  @Test
  void aDirectoryOrAMissingParentIsSaidBeforeTheFirstByte() throws IOException {
    // Given
    there.file("directory/file", "x");
    // When
    var directory = there.files.upload(Uploads.of(FilePath.of("directory"), 3));
    var missing = there.files.upload(Uploads.of(FilePath.of("missing", "file"), 3));
    var under = there.files.upload(Uploads.of(FilePath.of("directory", "file", "x"), 3));
    // Then
    assertThat(error(directory)).isEqualTo(StorageError.IS_A_DIRECTORY);
    assertThat(error(missing)).isEqualTo(StorageError.FILE_NOT_FOUND);
    assertThat(error(under)).isEqualTo(StorageError.NOT_A_DIRECTORY);
  }

  @Test
  void theSweepTakesWhatIsOldAndNotHeld() throws IOException {
    // Given
    var forgotten = Uploads.of(TARGET, 100);
    var held = Uploads.of(FilePath.of("held"), 100);
    try (Upload upload = done(there.files.upload(forgotten))) {
      done(upload.write(Uploads.from(bytes(0, 50))));
    }
    try (Upload holding = done(there.files.upload(held))) {
      done(holding.write(Uploads.from(bytes(0, 10))));
      assertThat(done(there.files.sweep(Instant.now().minusSeconds(60)::isAfter))).isZero();
      // When
      int swept = done(there.files.sweep(Instant.now().plusSeconds(60)::isAfter));
      // Then
      assertThat(swept).isEqualTo(1);
      assertThat(done(there.files.uploaded(forgotten.id()))).isZero();
      assertThat(done(there.files.uploaded(held.id()))).isEqualTo(10);
    }
  }

  @Test
  void theSweepOfAVolumeWithoutUploadsDoesNothing() {
    // When
    int swept = done(there.files.sweep(Instant.now()::isAfter));
    // Then
    assertThat(swept).isZero();
    assertThat(there.volume).isEmptyDirectory();
  }
}
