package io.homecloud.host.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountInfoParserTest {
  @Test
  void everyFieldOfALineIsRead() {
    // Given
    String line =
        "98 27 0:45 /@volumes/7d /srv/homecloud/docs rw,nosuid,noatime shared:5 master:2 - btrfs"
            + " /dev/sda rw,compress=zstd:1,subvol=/@volumes/7d\n";
    // When
    List<Mount> mounts = parse(line);
    // Then
    assertThat(mounts)
        .containsExactly(
            new Mount(
                98,
                27,
                new DeviceNumber(0, 45),
                "/@volumes/7d",
                "/srv/homecloud/docs",
                Set.of("rw", "nosuid", "noatime"),
                "btrfs",
                "/dev/sda",
                Set.of("rw", "compress=zstd:1", "subvol=/@volumes/7d"),
                5,
                2));
  }

  @Test
  void escapedAndForeignNamesComeBackAsTheyAre() {
    // Given
    byte[] line =
        "36 27 8:17 / /media/My\\040\\134disk\\012\u00fc ro - ext4 /dev/disk\\040x ro"
            .getBytes(StandardCharsets.UTF_8);
    // When
    List<Mount> mounts = MountInfoParser.parse(line);
    // Then
    assertThat(mounts.getFirst().mountPoint()).isEqualTo("/media/My \\disk\n\u00fc");
    assertThat(mounts.getFirst().source()).isEqualTo("/dev/disk x");
    assertThat(mounts.getFirst().readOnly()).isTrue();
  }

  @Test
  void aMountPointNamedLikeTheSeparatorIsNotTheSeparator() {
    // Given
    String line = "36 27 8:17 - - rw - ext4 /dev/sdb1 rw";
    // When
    List<Mount> mounts = parse(line);
    // Then
    assertThat(mounts).extracting(Mount::type).containsExactly("ext4");
    assertThat(mounts).extracting(Mount::root).containsExactly("-");
  }

  @Test
  void anUnknownFormIsLeftOut() {
    // Given
    String lines = "\nhello\n1 2 3:4 / / rw - ext4\n";
    // When
    List<Mount> mounts = parse(lines);
    // Then
    assertThat(mounts).isEmpty();
  }

  private static List<Mount> parse(String text) {
    return MountInfoParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
