package io.homecloud.host.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.libc.Errno;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MountsIT {
  private final Mounts mounts = new Mounts();
  private final MountHolders holders = new MountHolders();
  private Path place = Path.of("/");

  @BeforeEach
  void makePlace() throws Exception {
    Path tmp = Files.createDirectories(Path.of(System.getProperty("homecloud.test.tmp")));
    place = Files.createTempDirectory(tmp, "mounts-it");
  }

  @AfterEach
  void leaveNothing() throws Exception {
    while (mounts.unmount(place.toString()) instanceof MountResult.Done) {
      // One covered another.
    }
    Files.delete(place);
  }

  @Test
  void aMountIsListedWithItsFlagsUntilUnmounted() {
    // Given
    var request =
        new MountRequest(
            "homecloud-test",
            place.toString(),
            "tmpfs",
            Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_EXEC, MountFlag.READ_ONLY),
            "size=1m");
    // When
    MountResult mounted = mounts.mount(request);
    // Then
    assertThat(mounted).isEqualTo(new MountResult.Done());
    assertThat(here()).hasSize(1);
    Mount mount = here().getFirst();
    assertThat(mount.options()).contains("ro", "nosuid", "nodev", "noexec");
    assertThat(mount.source()).isEqualTo("homecloud-test");
    assertThat(mounts.unmount(place.toString())).isEqualTo(new MountResult.Done());
    assertThat(here()).isEmpty();
  }

  @Test
  void anUnknownFileSystemIsRefusedByName() {
    // Given
    var request = new MountRequest("none", place.toString(), "no-such-fs", Set.of(), "");
    // When
    MountResult mounted = mounts.mount(request);
    // Then
    assertThat(mounted)
        .isInstanceOfSatisfying(
            MountResult.Refused.class, r -> assertThat(r.errno()).isEqualTo(Errno.ENODEV));
  }

  @Test
  void whereNothingIsMountedUnmountSaysSo() {
    // Given an empty place
    // When
    MountResult unmounted = mounts.unmount(place.toString());
    // Then
    assertThat(unmounted)
        .isInstanceOfSatisfying(
            MountResult.Refused.class, r -> assertThat(r.errno()).isEqualTo(Errno.EINVAL));
  }

  @Test
  void aCopyThatGoesWithOursHoldsNothing() throws Exception {
    // Given
    mounts.mount(new MountRequest("t", place.toString(), "tmpfs", Set.of(), "size=1m"));
    new ProcessBuilder("mount", "--make-shared", place.toString()).start().waitFor();
    String inner = Files.createDirectory(place.resolve("inner")).toString();
    mounts.mount(new MountRequest("t", inner, "tmpfs", Set.of(), "size=1m"));
    Process follower = namespace("slave");
    Process keeper = namespace("private");
    try {
      // When
      List<Integer> found =
          holders.of(mount -> mount.mountPoint().equals(inner)).stream().map(Holder::pid).toList();
      MountResult unmounted = mounts.unmount(inner);

      // Then
      assertThat(found).contains((int) keeper.pid()).doesNotContain((int) follower.pid());
      assertThat(unmounted).isEqualTo(new MountResult.Done());
      assertThat(Files.readString(Path.of("/proc/" + follower.pid() + "/mountinfo")))
          .doesNotContain(inner);
      assertThat(Files.readString(Path.of("/proc/" + keeper.pid() + "/mountinfo"))).contains(inner);
    } finally {
      follower.destroyForcibly().waitFor();
      keeper.destroyForcibly().waitFor();
    }
  }

  /** A process in a mount namespace of its own, which is there when it says so. */
  private static Process namespace(String propagation) throws Exception {
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                propagation,
                "sh",
                "-c",
                "echo; exec sleep 60")
            .start();
    process.getInputStream().read();
    return process;
  }

  @Test
  void anOpenFileKeepsItBusyAndItsHolderIsNamed() throws Exception {
    // Given
    mounts.mount(new MountRequest("t", place.toString(), "tmpfs", Set.of(), "size=1m"));
    Path file = Files.writeString(place.resolve("open file"), "x");
    try (InputStream _ = Files.newInputStream(file)) {
      // When
      MountResult unmounted = mounts.unmount(place.toString());
      List<Holder> found = holders.of(mount -> mount.mountPoint().equals(place.toString()));
      // Then
      assertThat(unmounted)
          .isInstanceOfSatisfying(
              MountResult.Refused.class, r -> assertThat(r.errno()).isEqualTo(Errno.EBUSY));
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().pid()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(found.getFirst().sentence()).endsWith("has " + file + " open");
    }
    assertThat(holders.of(mount -> mount.mountPoint().equals(place.toString()))).isEmpty();
  }

  private List<Mount> here() {
    return mounts.list().stream().filter(m -> m.mountPoint().equals(place.toString())).toList();
  }
}
