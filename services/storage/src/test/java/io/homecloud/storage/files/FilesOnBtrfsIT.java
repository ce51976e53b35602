package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.UNWATCHED;
import static io.homecloud.storage.files.Results.done;
import static io.homecloud.storage.files.Results.error;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.testkit.LoopDisks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a real file system, mounts, quotas and root show. */
@Timeout(120)
class FilesOnBtrfsIT {
  private static final FileOwner OWNER = new FileOwner(20001, 20002, 0660, 02770);
  private static final int MIB = 1 << 20;
  private static LoopDisks disks;
  private static Path pool;
  private static int volumes;

  private Path volume;
  private VolumeFiles files;

  @BeforeAll
  static void makePool() {
    disks = new LoopDisks();
    Path device = disks.disk(600L * MIB);
    run("mkfs.btrfs", "-q", "-M", "-O", "squota", device.toString());
    pool = disks.mount(device);
  }

  @AfterAll
  static void removePool() {
    disks.close();
  }

  @BeforeEach
  void makeVolume() {
    volume = pool.resolve("volume" + ++volumes);
    run("btrfs", "subvolume", "create", volume.toString());
    files = done(VolumeFiles.open(volume, OWNER));
  }

  @AfterEach
  void closeVolume() {
    files.close();
  }

  private static void run(String... argv) {
    HostCommand command = new HostCommand(List.of(argv), Duration.ofMinutes(1), Map.of());
    if (!(new LocalHost().run(command) instanceof Exited(int code, _, _) && code == 0)) {
      throw new AssertionError("failed: " + command);
    }
  }

  /** Random enough not to be compressed, and no memory at all. */
  private static InputStream bytes(long count) {
    return new InputStream() {
      private long left = count;
      private int state = 1;

      @Override
      public int read() {
        return left-- > 0 ? (state = state * 1664525 + 1013904223) >>> 24 : -1;
      }

      @Override
      public int read(byte[] bytes, int start, int length) {
        if (left <= 0) {
          return -1;
        }
        int read = (int) Math.min(length, left);
        for (int i = 0; i < read; i++) {
          state = state * 1664525 + 1013904223;
          bytes[start + i] = (byte) (state >>> 24);
        }
        left -= read;
        return read;
      }
    };
  }

  private Outcome<FileEntry> upload(String name, long size) throws IOException {
    return switch (files.upload(Uploads.of(FilePath.of(name), size))) {
      case Outcome.Refused<Upload> refused -> refused.as();
      case Outcome.Done<Upload>(Upload upload) -> {
        try (upload) {
          Outcome<Long> written = upload.write(Uploads.from(bytes(size)));
          yield written instanceof Outcome.Refused<Long> refused ? refused.as() : upload.finish();
        }
      }
    };
  }

  private List<Path> partials() throws IOException {
    try (var list = Files.list(volume.resolve(".homecloud-partial"))) {
      return list.toList();
    }
  }

  @Test
  void whatIsMadeBelongsToTheOwner() throws IOException {
    // When
    done(upload("file", 10));
    done(files.makeDirectory(FilePath.of("a", "b"), true));
    // Then
    assertThat(Files.readAttributes(volume.resolve("file"), "unix:uid,gid,mode"))
        .isEqualTo(Map.of("uid", 20001, "gid", 20002, "mode", 0100660));
    for (String made : List.of("a", "a/b")) {
      assertThat(Files.readAttributes(volume.resolve(made), "unix:uid,gid,mode"))
          .isEqualTo(Map.of("uid", 20001, "gid", 20002, "mode", 0042770));
    }
    assertThat(Files.readAttributes(volume.resolve(".homecloud-partial"), "unix:uid,mode"))
        .isEqualTo(Map.of("uid", 0, "mode", 0040700));
  }

  @Test
  void theQuotaEndsAnUploadWithoutATrace() throws IOException {
    // Given
    run("btrfs", "qgroup", "limit", "20M", volume.toString());
    // When
    Outcome<FileEntry> tooMuch = upload("film", 40L * MIB);
    // Then
    assertThat(error(tooMuch)).isEqualTo(StorageError.QUOTA_EXCEEDED);
    assertThat(volume.resolve("film")).doesNotExist();
    assertThat(partials()).isEmpty();
    run("btrfs", "filesystem", "sync", volume.toString());
    assertThat(done(upload("photo", 5L * MIB)).size()).isEqualTo(5L * MIB);
  }

  @Test
  void atTheQuotaFilesCanStillBeDeleted() throws IOException {
    // Given
    run("btrfs", "qgroup", "limit", "8M", volume.toString());
    StorageError last = null;
    for (int i = 0; last == null; i++) {
      last = upload("f" + i, MIB).refusal().map(refusal -> refusal.error()).orElse(null);
    }
    // When
    Outcome<Long> deleted = files.delete(FilePath.of("f0"), false, UNWATCHED);
    // Then
    assertThat(last).isEqualTo(StorageError.QUOTA_EXCEEDED);
    assertThat(done(deleted)).isEqualTo(1);
  }

  @Test
  void aFullPoolEndsAnUploadWithoutATrace() throws IOException {
    // When
    Outcome<FileEntry> tooMuch = upload("film", 700L * MIB);
    // Then
    assertThat(error(tooMuch)).isEqualTo(StorageError.POOL_FULL);
    assertThat(volume.resolve("film")).doesNotExist();
    assertThat(partials()).isEmpty();
    run("btrfs", "filesystem", "sync", volume.toString());
    assertThat(done(upload("photo", MIB)).size()).isEqualTo(MIB);
  }

  @Test
  void whatWasKeptIsTrustedAfterAPowerCut() throws IOException {
    // Given
    Path device = disks.disk(256L * MIB);
    run("mkfs.btrfs", "-q", "-M", device.toString());
    Path before = disks.mount(device, "commit=300");
    Path image = disks.directory().resolve("after.img");
    try (VolumeFiles there = done(VolumeFiles.open(before, OWNER));
        Upload upload = done(there.upload(Uploads.of(FilePath.of("film"), 4L * MIB)))) {
      for (int piece = 0; piece < 2; piece++) {
        done(upload.write(Uploads.from(bytes(MIB))));
        done(upload.keep());
      }
      // When
      run("cp", "--sparse=always", disks.image(device).toString(), image.toString());
    }
    run("umount", before.toString());
    // Other tests make mount namespaces at the same time, and hold it for a moment.
    eventually(() -> run("btrfs", "device", "scan", "--forget", device.toString()));
    Path after = disks.mount(disks.attach(image)).resolve(".homecloud-partial");
    // Then
    try (var names = Files.list(after)) {
      Path partial = names.findFirst().orElseThrow();
      assertThat(trusted(partial)).isEqualTo(2 * MIB);
      try (InputStream twice = new SequenceInputStream(bytes(MIB), bytes(MIB))) {
        assertThat(partial).hasBinaryContent(twice.readAllBytes());
      }
    }
  }

  private static long trusted(Path partial) throws IOException {
    byte[] name = partial.toString().getBytes(StandardCharsets.UTF_8);
    try (Descriptor file = Kernel.open(null, name, Opening.READ_AGAIN)) {
      return SafeLength.noted(file);
    } catch (FileRefused e) {
      throw new IOException(e);
    }
  }

  @Test
  void whatNobodyKeptIsNotTrustedForBeingGoneBackTo() throws IOException {
    // Given
    UploadRequest request = Uploads.of(FilePath.of("film"), 4L * MIB);
    try (Upload broken = done(files.upload(request))) {
      done(broken.write(Uploads.from(bytes(2 * MIB))));
    }
    // When
    try (Upload again = done(files.upload(request))) {
      done(again.goBackTo(MIB));
    }
    // Then
    assertThat(trusted(partials().getFirst())).isZero();
  }

  @Test
  void aSnapshotCanBeReadAndNotWritten() throws IOException {
    // Given
    done(upload("file", 10));
    done(files.upload(Uploads.of(FilePath.of("half"), 10))).close();
    Path snapshot = pool.resolve("snapshot" + volumes);
    run("btrfs", "subvolume", "snapshot", "-r", volume.toString(), snapshot.toString());
    FilePath file = FilePath.of("file");
    try (VolumeFiles then = done(VolumeFiles.open(snapshot, OWNER))) {
      // When
      FilePage page = done(then.list(FilePath.ROOT, null, 10));
      // Then
      assertThat(page.entries()).extracting(FileEntry::name).containsExactly(file.name());
      try (OpenFile open = done(then.read(file))) {
        assertThat(open.entry().size()).isEqualTo(10);
      }
      FilePath other = FilePath.of("other");
      assertThat(error(then.upload(Uploads.of(other, 1)))).isEqualTo(StorageError.READ_ONLY);
      assertThat(error(then.makeDirectory(other, false))).isEqualTo(StorageError.READ_ONLY);
      assertThat(error(then.move(file, other, false))).isEqualTo(StorageError.READ_ONLY);
      assertThat(error(then.delete(file, false, UNWATCHED))).isEqualTo(StorageError.READ_ONLY);
    }
  }

  @Test
  void whatIsMountedOrNestedInsideIsShownAndNotEntered() throws IOException {
    // Given
    run("btrfs", "subvolume", "create", volume.resolve("nested").toString());
    Files.createDirectory(volume.resolve("mounted"));
    run("mount", "-t", "tmpfs", "tmpfs", volume.resolve("mounted").toString());
    for (String door : List.of("nested", "mounted")) {
      Files.writeString(volume.resolve(door).resolve("secret"), "secret");
      FilePath at = FilePath.of(door);
      FilePath inside = FilePath.of(door, "secret");
      // When
      Outcome<OpenFile> read = files.read(inside);
      // Then
      assertThat(error(read)).isEqualTo(StorageError.OUTSIDE_VOLUME);
      assertThat(done(files.stat(at)).type()).isEqualTo(FileType.MOUNT);
      assertThat(error(files.list(at, null, 10))).isEqualTo(StorageError.OUTSIDE_VOLUME);
      assertThat(error(files.upload(Uploads.of(inside, 1)))).isEqualTo(StorageError.OUTSIDE_VOLUME);
      assertThat(error(files.delete(at, true, UNWATCHED))).isEqualTo(StorageError.OUTSIDE_VOLUME);
      assertThat(error(files.delete(inside, true, UNWATCHED)))
          .isEqualTo(StorageError.OUTSIDE_VOLUME);
    }
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (DirectoryZip whole = done(files.zip(FilePath.ROOT, FileName.of("top")))) {
      whole.writeTo(zip);
    }
    assertThat(zip.toString(StandardCharsets.ISO_8859_1))
        .doesNotContain("secret")
        .contains("2 left out");
    run("umount", volume.resolve("mounted").toString());
  }

  @Test
  void deletingAroundANestedSubvolumeSaysWhatIsInTheWay() throws IOException {
    // Given
    done(files.makeDirectory(FilePath.of("a", "b"), true));
    run("btrfs", "subvolume", "create", volume.resolve("a/b/nested").toString());
    Files.writeString(volume.resolve("a/b/nested/kept"), "kept");
    // When
    Outcome<Long> deleted = files.delete(FilePath.of("a"), true, UNWATCHED);
    // Then
    assertThat(error(deleted)).isEqualTo(StorageError.OUTSIDE_VOLUME);
    assertThat(deleted.refusal().orElseThrow().sentence()).startsWith("a/b/nested: ");
    assertThat(volume.resolve("a/b/nested/kept")).hasContent("kept");
  }

  @Test
  void devicesAreNeverOpened() {
    // Given
    run("mknod", volume.resolve("device").toString(), "c", "1", "8");
    FilePath device = FilePath.of("device");
    // When
    Outcome<OpenFile> read = files.read(device);
    // Then
    assertThat(error(read)).isEqualTo(StorageError.NOT_A_FILE);
    assertThat(error(files.upload(Uploads.of(device, 1)))).isEqualTo(StorageError.NOT_A_FILE);
    assertThat(done(files.stat(device)).type()).isEqualTo(FileType.OTHER);
  }

  @Test
  void anImmutableFileIsSaidToBeProtected() throws IOException {
    // Given
    done(files.makeDirectory(FilePath.of("d"), false));
    Path file = Files.writeString(volume.resolve("d/file"), "kept");
    run("chattr", "+i", file.toString());
    // When
    Outcome<Long> deleted = files.delete(FilePath.of("d"), true, UNWATCHED);
    // Then
    assertThat(error(deleted)).isEqualTo(StorageError.FILE_PROTECTED);
    assertThat(deleted.refusal().orElseThrow().sentence()).startsWith("d/file: ");
    assertThat(error(files.move(FilePath.of("d", "file"), FilePath.of("x"), false)))
        .isEqualTo(StorageError.FILE_PROTECTED);
    run("chattr", "-i", file.toString());
  }

  @Test
  void anOpenVolumeIsNotUnmounted() {
    // Given
    Path point = disks.directory().resolve("own" + volumes);
    run("mkdir", point.toString());
    run("mount", "--bind", volume.toString(), point.toString());
    HostCommand umount =
        new HostCommand(List.of("umount", point.toString()), Duration.ofSeconds(20), Map.of());
    try (VolumeFiles open = done(VolumeFiles.open(point, OWNER))) {
      // When
      var busy = new LocalHost().run(umount);
      // Then
      assertThat(busy).isInstanceOfSatisfying(Exited.class, e -> assertThat(e.code()).isPositive());
      assertThat(done(open.list(FilePath.ROOT, null, 1)).entries()).isEmpty();
    }
    run("umount", point.toString());
  }
}
