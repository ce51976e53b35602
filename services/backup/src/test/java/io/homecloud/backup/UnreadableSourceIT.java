package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A file on a disk that does not give it back: no run is complete without it. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class UnreadableSourceIT {
  private static final int SECTOR = 4096;

  /** Overwrites the place of the disk where the content is. */
  private static void damage(Path disk, byte[] content) throws IOException {
    Path image = BackupHouse.disks().image(disk);
    try (RandomAccessFile bytes = new RandomAccessFile(image.toFile(), "rw")) {
      byte[] sector = new byte[SECTOR];
      for (long at = 0; at < bytes.length(); at += SECTOR) {
        bytes.seek(at);
        bytes.readFully(sector);
        if (Arrays.equals(sector, content)) {
          bytes.seek(at);
          bytes.write(new byte[64]);
          bytes.getChannel().force(true);
          return;
        }
      }
    }
    throw new AssertionError("the content is not on the disk");
  }

  @Test
  void aPlanSaysThatSubvolumesInItsVolumeAreNotCopied() {
    // Given
    String name = freshName();
    Path files = volume(name);
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    eventually(() -> assertThat(notCopied(name)).isEqualTo("False"));

    // When
    String _ = Shell.must("btrfs", "subvolume", "create", files.resolve("machines").toString());
    Response _ = run(name);

    // Then
    eventually(() -> assertThat(notCopied(name)).isEqualTo("True"));
  }

  private static String notCopied(String plan) {
    return condition(asking().get(API + "/plans/" + plan), "SubvolumesNotCopied", "status");
  }

  @Test
  void aRunThatCannotReadAFileFailsAndNamesItWhicheverEngineCopies() throws IOException {
    // Given: of three megabytes the last sector is damaged
    String name = freshName();
    Path disk = BackupHouse.disks().disk(1L << 30);
    var _ = made(STORAGE + "/pools", name, "{'disks':['%s']}".formatted(disk));
    Path files =
        Path.of(
            made(STORAGE + "/volumes", name, "{'pool':'%s'}".formatted(name))
                .<String>path("status.mountPath"));
    file(files, "letter.txt", "letter");
    byte[] content = new byte[3 << 20];
    new Random(3).nextBytes(content);
    Files.write(Files.createDirectory(files.resolve("2019")).resolve("film"), content);
    String _ = Shell.must("sync", "-f", files.toString());
    damage(disk, Arrays.copyOfRange(content, content.length - SECTOR, content.length));
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    String trees = freshName();
    var _ = Asking.repository(trees, target("btrfs", 256 << 20));
    plan(trees, trees, name, "");
    String sets = freshName();
    var _ = DuplicityAsking.repository(sets, "");
    plan(sets, sets, name, "");

    // When
    List<Response> runs = List.of(run(trees), run(sets));

    // Then
    for (Response run : runs) {
      assertThat(reason(run)).as(run.asString()).isEqualTo("CopyFailed");
      assertThat(message(run)).contains("2019/film", "Input/output error");
    }

    // And when it is gone
    Files.delete(files.resolve("2019/film"));

    // Then
    assertThat(reason(run(trees))).isEqualTo("Ready");
    assertThat(reason(run(sets))).isEqualTo("Ready");
  }
}
