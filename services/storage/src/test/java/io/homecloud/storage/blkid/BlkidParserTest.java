package io.homecloud.storage.blkid;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.DiskContent.Ambiguous;
import io.homecloud.storage.disk.DiskContent.Blank;
import io.homecloud.storage.disk.DiskContent.BtrfsMember;
import io.homecloud.storage.disk.DiskContent.FileSystem;
import io.homecloud.storage.disk.DiskContent.Member;
import io.homecloud.storage.disk.DiskContent.PartitionTable;
import io.homecloud.storage.disk.DiskContent.Swap;
import io.homecloud.storage.disk.DiskContent.Unreadable;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BlkidParserTest {
  @Test
  void eachRecordedDiskIsUnderstood() {
    // Given
    Map<String, DiskContent> expected =
        Map.of(
            "ext4-label-with-blank",
            new FileSystem("ext4", "My Disk $x", "f7ac955c-911e-47ef-867b-a063110007ba"),
            "xfs",
            new FileSystem("xfs", "photos", "2c8ede7f-a4b4-406c-a0bc-d34e7b675493"),
            "exfat",
            new FileSystem("exfat", "Elements", "64A5-F009"),
            "btrfs",
            new BtrfsMember(
                UUID.fromString("1d0aa81e-c967-4457-9d39-bcc7c272bf6d"),
                UUID.fromString("ee24b688-b570-42c8-8404-de873b4ee573"),
                "home"),
            "swap",
            new Swap("sw", "4551773b-30ab-45bc-9b36-e417fecea4ae"),
            "dos",
            new PartitionTable("dos"),
            "gpt",
            new PartitionTable("gpt"),
            "ambivalent",
            new Ambiguous(List.of("xfs", "btrfs")),
            "luks",
            new Member("crypto_LUKS", "3c1a6f5e-1111-4222-8333-444455556666"),
            "raid",
            new Member("linux_raid_member", "6f1a0c3e-2b7d-9c44-51e0-7d3c2a1b0f9e"));
    // When
    Map<String, DiskContent> parsed =
        expected.keySet().stream()
            .collect(Collectors.toMap(name -> name, name -> BlkidParser.parse(recorded(name))));
    // Then
    assertThat(parsed).isEqualTo(expected);
  }

  @Test
  void aLabelCannotPretendToBeAnotherLineNorControlATerminal() {
    // Given
    String output = recorded("ext4-hostile-label");
    // When
    DiskContent content = BlkidParser.parse(output);
    // Then
    assertThat(content)
        .isEqualTo(new FileSystem("ext4", "über \"TYPE=", "b52a98df-f7da-4b7b-8e8e-2491d9e3d188"));
  }

  @Test
  void aBtrfsWithoutProperIdsIsUnreadable() {
    // Given
    String output = "ID_FS_UUID_ENC=../../etc\nID_FS_TYPE=btrfs\nID_FS_USAGE=filesystem\n";
    // When
    DiskContent content = BlkidParser.parse(output);
    // Then
    assertThat(content).isInstanceOf(Unreadable.class);
  }

  @Test
  void nonsenseIsNothingKnown() {
    // Given
    String output = "\n=\nfoo\nID_FS_TYPE\n=ext4\n";
    // When
    DiskContent content = BlkidParser.parse(output);
    // Then
    assertThat(content).isEqualTo(new Blank());
  }

  private static String recorded(String name) {
    try (InputStream file = BlkidParserTest.class.getResourceAsStream(name + ".txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
