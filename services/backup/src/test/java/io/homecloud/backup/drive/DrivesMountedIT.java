package io.homecloud.backup.drive;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.homecloud.backup.Shell;
import io.homecloud.backup.drive.Drives.Place;
import io.homecloud.control.ask.OtherService;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which drive is mounted, when storage says of one where it was just before. */
class DrivesMountedIT {
  private final LoopDisks disks = new LoopDisks();
  private HttpServer storage;
  private Drives drives;
  private volatile String answer = "";

  /** How often it was told that the use of drives has changed; refused while negative. */
  private final AtomicInteger told = new AtomicInteger();

  @BeforeEach
  void storageAnswers() throws IOException {
    storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    storage.createContext(
        "/",
        exchange -> {
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              body.length == 0 ? 500 : 200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    storage.start();
    URI base = URI.create("http://127.0.0.1:" + storage.getAddress().getPort());
    drives =
        new Drives(
            new AttachedDrives(
                new OtherService("storage", () -> Optional.of(base), () -> "token"),
                new ObjectMapper(),
                "here"),
            disks.directory().resolve("drives"),
            () -> {
              if (told.getAndIncrement() < 0) {
                throw new IllegalStateException("the database is away");
              }
            });
  }

  @AfterEach
  void leaveNothing() {
    drives.close();
    storage.stop(0);
    disks.close();
  }

  private void says(String uuid, String type, Path device) {
    answer =
        """
        {"items":[{"id":"disk","node":"here","safeToRemove":true,
         "fileSystems":[{"uuid":"%s","type":"%s","label":"","path":"%s"}]}]}
        """
            .formatted(uuid, type, device);
  }

  private static String uuid(Path device) {
    return Shell.must(
            "blkid", "--probe", "--match-tag", "UUID", "--output", "value", device.toString())
        .strip();
  }

  @ParameterizedTest
  @CsvSource({"ext4,mkfs.ext4 -q,64", "btrfs,mkfs.btrfs -q,128", "xfs,mkfs.xfs -q,512"})
  void itsIdentityIsReadFromTheDisk(String type, String making, long mebibytes) throws IOException {
    // Given
    Path device = disks.disk(mebibytes << 20);
    assertThat(FileSystemUuid.of(device, type)).isEmpty();

    // When
    String _ = Shell.must("sh", "-c", making + " " + device);

    // Then
    assertThat(FileSystemUuid.of(device, type)).hasToString("Optional[" + uuid(device) + "]");
    assertThat(FileSystemUuid.of(device, "vfat")).isEmpty();
  }

  @Test
  void noLinkOnItIsFollowed() throws IOException {
    // Given
    Path device = disks.disk(64L << 20, "mkfs.ext4", "-q");
    Path theirs = disks.mount(device);
    Files.createSymbolicLink(theirs.resolve("link"), Path.of("/etc"));
    String _ = Shell.must("umount", theirs.toString());
    says(uuid(device), "ext4", device);

    // When
    Path root = ((Place.Here) drives.use(uuid(device))).root();

    // Then
    assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("/etc");
    assertThat(Files.exists(root.resolve("link/passwd"))).isFalse();
  }

  @Test
  void anotherDriveThatHasGotItsDeviceIsNotTakenForIt() throws IOException {
    // Given
    Path device = disks.disk(64L << 20, "mkfs.ext4", "-q");
    String here = uuid(device);
    String gone = UUID.randomUUID().toString();

    // When
    says(gone, "ext4", device);
    Place place = drives.use(gone);

    // Then
    assertThat(place)
        .isEqualTo(
            new Place.Not(Drives.NOT_THERE, "Drive " + gone + " is not plugged in any more."));
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(gone);

    // When
    says(here, "ext4", device);

    // Then
    assertThat(drives.use(here)).isInstanceOf(Place.Here.class);
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).contains(here);
    assertThat(drives.release(here)).isTrue();
  }

  @Test
  void whatIsMountedIsUsedWhileStorageDoesNotAnswer() {
    // Given
    Path device = disks.disk(64L << 20, "mkfs.ext4", "-q");
    String here = uuid(device);
    says(here, "ext4", device);
    Place mounted = drives.use(here);

    // When
    answer = "";

    // Then
    assertThat(drives.use(here)).isEqualTo(mounted).isInstanceOf(Place.Here.class);
    assertThat(drives.release(here)).isTrue();
    assertThat(drives.use(here)).isInstanceOf(Place.Not.class);
  }

  @Test
  void itIsToldAgainThatADriveIsInUseWhenThatFailedAndOnceThatItIsLetGo() {
    // Given
    Path device = disks.disk(64L << 20, "mkfs.ext4", "-q");
    String here = uuid(device);
    says(here, "ext4", device);
    assertThat(drives.use(here)).isInstanceOf(Place.Here.class);
    told.set(-1);

    // When
    drives.inUseNow(here);
    boolean known = drives.isTold(here);
    drives.inUseNow(here);
    drives.inUseNow(here);

    // Then
    assertThat(known).isFalse();
    assertThat(drives.isTold(here)).isTrue();
    assertThat(told).hasValue(1);

    // When
    assertThat(drives.release(here)).isTrue();

    // Then
    eventually(() -> assertThat(told).hasValue(2));
  }

  @Test
  void thatADriveWentIsKnownAlsoWhenStorageTellsItLateAndDoesNotAnswerBefore() {
    // Given
    Path device = disks.disk(64L << 20, "mkfs.ext4", "-q");
    String here = uuid(device);
    says(here, "ext4", device);
    assertThat(drives.use(here)).isInstanceOf(Place.Here.class);

    // When
    answer = "";
    var _ =
        CompletableFuture.runAsync(
            () -> answer = "{\"items\":[]}",
            CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS));

    // Then
    assertThat(drives.wentAway(here)).isTrue();
  }
}
