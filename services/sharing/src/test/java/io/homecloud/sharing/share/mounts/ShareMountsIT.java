package io.homecloud.sharing.share.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountFlag;
import io.homecloud.host.mount.MountRequest;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.share.mounts.Placed.Why;
import io.homecloud.sharing.share.mounts.ShareMounts.Missing;
import io.homecloud.testkit.LoopDisks;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a volume of a real btrfs. */
class ShareMountsIT {
  private static final FileOwner OWNER = new FileOwner(1000, 1000);
  private static final LoopDisks DISKS = new LoopDisks();
  private static Path pool = Path.of("/");
  private static int volumes;

  private final Mounts table = new Mounts();
  private final ShareMounts mounts = new ShareMounts(new LocalHost());
  private Path volume = Path.of("/");
  private Path shares = Path.of("/");

  @BeforeAll
  static void makePool() {
    Path disk = DISKS.disk(256L << 20);
    run("mkfs.btrfs", "-q", disk.toString());
    pool = DISKS.mount(disk);
  }

  @BeforeEach
  void makeVolume() throws Exception {
    int number = ++volumes;
    Path subvolume = pool.resolve("v" + number);
    run("btrfs", "subvolume", "create", subvolume.toString());
    volume = Files.createDirectory(DISKS.directory().resolve("volume" + number));
    shares = Files.createDirectory(DISKS.directory().resolve("shares" + number));
    table.mount(
        new MountRequest(subvolume.toString(), volume.toString(), "", Set.of(MountFlag.BIND), ""));
    own(volume, 1000);
  }

  @AfterEach
  void leaveNothing() {
    assertThat(mounts.clear(shares)).isEqualTo(new Placed.Away());
    assertThat(shares).doesNotExist();
    mounts.close();
  }

  @AfterAll
  static void removePool() {
    DISKS.close();
  }

  @Test
  void aDirectoryIsServedAsOneUserWhoeverOwnsItOnDisk() throws Exception {
    // Given
    Path photos = Files.createDirectory(volume.resolve("photos"));
    own(photos, 1000);
    own(Files.writeString(photos.resolve("a.jpg"), "a"), 1000);

    // When
    Placed placed = mounts.place(at("files"), wish("photos", false));

    // Then
    assertThat(placed).isEqualTo(new Placed.There(at("files")));
    assertThat(uid(at("files/a.jpg"))).isEqualTo(ServedShare.FILES_ID);
    assertThat(uid(photos.resolve("a.jpg"))).isEqualTo(1000);
  }

  @Test
  void placedTwiceIsPlacedOnceAlsoByASuccessor() {
    // Given
    mounts.place(at("files"), wish("", false));
    List<Integer> before = ids();

    // When
    try (ShareMounts successor = new ShareMounts(new LocalHost())) {
      successor.place(at("files"), wish("", false));
      mounts.place(at("files"), wish("", false));
    }

    // Then
    assertThat(ids()).hasSize(1).isEqualTo(before);
  }

  @Test
  void whatIsWrongThereIsReplaced() throws Exception {
    // Given
    mounts.place(at("files"), wish("", false));
    Files.createDirectory(volume.resolve("other"));
    own(volume.resolve("other"), 1000);

    // When
    Placed readOnly = mounts.place(at("files"), wish("", true));
    Placed another = mounts.place(at("files"), wish("other", true));

    // Then
    assertThat(readOnly).isEqualTo(another).isEqualTo(new Placed.There(at("files")));
    assertThat(ids()).hasSize(1);
    assertThatThrownBy(() -> Files.createFile(at("files/x")))
        .isInstanceOf(FileSystemException.class);
    assertThat(at("files/other")).doesNotExist();
  }

  @Test
  void whetherItCanBeWrittenIsChangedWhileItIsRead() throws Exception {
    // Given
    own(Files.writeString(volume.resolve("a"), "a"), 1000);
    mounts.place(at("files"), wish("", false));
    List<Integer> before = ids();
    try (InputStream reader = Files.newInputStream(at("files/a"))) {

      // When
      Placed readOnly = mounts.place(at("files"), wish("", true));
      assertThatThrownBy(() -> Files.createFile(at("files/x")))
          .isInstanceOf(FileSystemException.class);
      Placed again = mounts.place(at("files"), wish("", false));

      // Then
      assertThat(readOnly).isEqualTo(again).isEqualTo(new Placed.There(at("files")));
      assertThat(ids()).isEqualTo(before);
      assertThat(reader.readAllBytes()).asString(UTF_8).isEqualTo("a");
    }

    // When
    Placed written;
    try (OutputStream _ = Files.newOutputStream(at("files/a"))) {
      written = mounts.place(at("files"), wish("", true));
    }

    // Then
    assertThat(written).isEqualTo(new Placed.Written(at("files")));
    assertThat(mounts.place(at("files"), wish("", true))).isEqualTo(new Placed.There(at("files")));
    assertThat(ids()).isEqualTo(before);
  }

  @Test
  void anOpenFileKeepsItAndItsHolderIsNamed() throws Exception {
    // Given
    own(Files.writeString(volume.resolve("a"), "a"), 1000);
    mounts.place(at("files"), wish("", false));
    try (InputStream _ = Files.newInputStream(at("files/a"))) {

      // When
      Placed removed = mounts.remove(at("files"));

      // Then
      assertThat(removed)
          .isInstanceOfSatisfying(
              Placed.Busy.class,
              busy ->
                  assertThat(busy.sentence())
                      .startsWith("It is in use: ")
                      .contains("(" + ProcessHandle.current().pid() + ")", "files/a open"));
    }
    assertThat(mounts.remove(at("files"))).isEqualTo(new Placed.Away());
  }

  @Test
  void noWayOutOfTheVolumeIsTaken() throws Exception {
    // Given
    Files.createSymbolicLink(volume.resolve("out"), DISKS.directory());
    Files.createDirectory(volume.resolve("in"));
    Files.createSymbolicLink(volume.resolve("in/side"), Path.of("../in"));
    Files.writeString(volume.resolve("file"), "no directory");
    Path mounted = Files.createDirectory(volume.resolve("mounted"));
    table.mount(new MountRequest("t", mounted.toString(), "tmpfs", Set.of(), "size=1m"));

    // When
    List<Why> refused =
        List.of(
            why(wish("out", false)),
            why(wish("in/side", false)),
            why(wish("file", false)),
            why(wish("mounted", false)),
            why(wish("missing", false)));

    // Then
    assertThat(table.unmount(mounted.toString())).isEqualTo(new MountResult.Done());
    assertThat(refused)
        .containsExactly(
            Why.LinkInPath,
            Why.LinkInPath,
            Why.NotADirectory,
            Why.LinkInPath,
            Why.DirectoryMissing);
    assertThat(ids()).isEmpty();
  }

  @Test
  void whereTheVolumeIsNotMountedNothingIsServedOrMade() {
    // Given
    assertThat(table.unmount(volume.toString())).isEqualTo(new MountResult.Done());

    // When
    var wish = new ShareMounts.Wish(volume, RelativePath.of("made"), OWNER, Missing.MAKE, false);

    // Then
    assertThat(why(wish)).isEqualTo(Why.VolumeNotMounted);
    assertThat(volume.resolve("made")).doesNotExist();
  }

  @Test
  void aMissingDirectoryIsMadeForTheOwnerWhenWished() throws Exception {
    // Given
    var wish = new ShareMounts.Wish(volume, RelativePath.of("a/b"), OWNER, Missing.MAKE, false);

    // When
    Placed placed = mounts.place(at("files"), wish);

    // Then
    assertThat(placed).isEqualTo(new Placed.There(at("files")));
    assertThat(uid(volume.resolve("a"))).isEqualTo(1000);
    assertThat(uid(volume.resolve("a/b"))).isEqualTo(1000);
    assertThat(uid(at("files"))).isEqualTo(ServedShare.FILES_ID);
  }

  @Test
  void aHomeIsItsAccountsAlone() throws Exception {
    // Given
    Files.createDirectory(volume.resolve("half-made"));
    Files.createDirectory(volume.resolve("of-another"));
    own(volume.resolve("of-another"), 20_007);

    // When
    Placed fresh = mounts.place(at("homes/alice"), home("alice", 20_001));
    Placed taken = mounts.place(at("homes/half"), home("half-made", 20_002));
    Why another = why(home("of-another", 20_003));

    // Then
    assertThat(fresh).isEqualTo(new Placed.There(at("homes/alice")));
    assertThat(taken).isEqualTo(new Placed.There(at("homes/half")));
    assertThat(another).isEqualTo(Why.WrongOwner);
    assertThat(uid(volume.resolve("alice"))).isEqualTo(20_001);
    assertThat(uid(volume.resolve("half-made"))).isEqualTo(20_002);
    assertThat(Files.getPosixFilePermissions(volume.resolve("alice"))).hasSize(3);
    assertThat(uid(at("homes/alice"))).isEqualTo(ServedShare.FILES_ID);
  }

  private Path at(String name) {
    return shares.resolve(name);
  }

  private ShareMounts.Wish wish(String inside, boolean readOnly) {
    return new ShareMounts.Wish(volume, RelativePath.of(inside), OWNER, Missing.SAY, readOnly);
  }

  private ShareMounts.Wish home(String inside, int id) {
    return new ShareMounts.Wish(
        volume, RelativePath.of(inside), new FileOwner(id, id), Missing.MAKE_HOME, false);
  }

  private Why why(ShareMounts.Wish wish) {
    return mounts.place(at("refused"), wish) instanceof Placed.Not(Why why, String sentence)
            && sentence.endsWith(".")
        ? why
        : Why.MountRefused;
  }

  private List<Integer> ids() {
    return table.list().stream()
        .filter(mount -> mount.mountPoint().startsWith(shares.toString()))
        .map(Mount::id)
        .toList();
  }

  private static void own(Path path, int id) throws Exception {
    Files.setAttribute(path, "unix:uid", id);
    Files.setAttribute(path, "unix:gid", id);
  }

  private static int uid(Path path) throws Exception {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  private static void run(String... argv) {
    HostResult result = new LocalHost().run(new HostCommand(Duration.ofMinutes(1), argv));
    assertThat(result)
        .isInstanceOfSatisfying(
            HostResult.Exited.class, exited -> assertThat(exited.code()).isZero());
  }
}
