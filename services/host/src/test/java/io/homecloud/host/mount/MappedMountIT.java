package io.homecloud.host.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.LocalHost;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One user's directory shown as another's. */
class MappedMountIT {
  private static final int ON_DISK = 1000;
  private static final int SEEN = 19_999;

  private final Mounts mounts = new Mounts();
  private Path base = Path.of("/");
  private Path source = Path.of("/");
  private Path target = Path.of("/");

  @BeforeEach
  void makePlaces() throws Exception {
    Path tmp = Files.createDirectories(Path.of(System.getProperty("homecloud.test.tmp")));
    base = Files.createTempDirectory(tmp, "mapped-it");
    mounts.mount(new MountRequest("t", base.toString(), "tmpfs", Set.of(), "size=1m,mode=755"));
    source = Files.createDirectory(base.resolve("source"));
    target = Files.createDirectory(base.resolve("target"));
    own(source, ON_DISK);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    mounts.unmount(target.toString());
    assertThat(mounts.unmount(base.toString())).isEqualTo(new MountResult.Done());
    Files.delete(base);
  }

  @Test
  void whatBelongsToTheOwnerBelongsToTheOtherInIt() throws Exception {
    // Given
    Path file = Files.writeString(source.resolve("a"), "a");
    own(file, ON_DISK);
    Files.writeString(source.resolve("of-root"), "b");

    // When
    MountResult mounted = mount(false);

    // Then
    assertThat(mounted).isEqualTo(new MountResult.Done());
    assertThat(owner(target)).isEqualTo(SEEN);
    assertThat(owner(target.resolve("a"))).isEqualTo(SEEN);
    assertThat(owner(file)).isEqualTo(ON_DISK);
    own(target.resolve("a"), SEEN);
    assertThat(owner(file)).isEqualTo(ON_DISK);
    assertThatThrownBy(() -> Files.writeString(target.resolve("of-root"), "not mapped"))
        .isInstanceOf(FileSystemException.class);
    assertThat(DirectoryMount.flagsAt(target))
        .contains(MountFlag.NO_SUID, MountFlag.NO_DEV, MountFlag.NO_SYMLINK_FOLLOW)
        .doesNotContain(MountFlag.READ_ONLY);
  }

  @Test
  void noLinkInItIsFollowed() throws Exception {
    // Given
    Files.writeString(base.resolve("secret"), "s");
    Files.createSymbolicLink(source.resolve("link"), base.resolve("secret"));

    // When
    mount(false);

    // Then
    assertThat(source.resolve("link")).hasContent("s");
    assertThatThrownBy(() -> Files.readString(target.resolve("link")))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void aReadOnlyOneTakesNothing() throws Exception {
    // When
    mount(true);

    // Then
    assertThatThrownBy(() -> Files.writeString(target.resolve("a"), "a"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
    assertThat(DirectoryMount.flagsAt(target)).contains(MountFlag.READ_ONLY);
  }

  private MountResult mount(boolean readOnly) throws IOException {
    byte[] path = source.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
    try (UserNamespace owners = UserNamespace.of(new LocalHost(), ON_DISK, ON_DISK, SEEN);
        Descriptor opened =
            new Descriptor(FileCalls.open(Descriptor.AT_FDCWD, path, flags, 0, 0))) {
      return DirectoryMount.mount(opened.number(), target, owners, readOnly);
    }
  }

  private static void own(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid);
    Files.setAttribute(path, "unix:gid", uid);
  }

  private static Object owner(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid");
  }
}
