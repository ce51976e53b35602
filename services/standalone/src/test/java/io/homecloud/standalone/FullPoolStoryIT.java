package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mirror that is full, where the databases are: they overwrite nothing in place. */
class FullPoolStoryIT {
  private static final long LARGE = 3L << 30;

  /** The database is away and comes back meanwhile. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final LoopDisks disks = new LoopDisks();
  private final Installed home =
      new Installed(disks.directory().resolve("data"), Script.STORY_CACHE);

  @AfterEach
  void nothingIsLeft() {
    home.close();
    disks.close();
  }

  @Test
  void whatFillsItCanBeDeleted() throws Exception {
    // Given
    home.mustUp("--disk", disks.disk(LARGE).toString(), "--disk", disks.disk(LARGE).toString());
    home.put("volumes/files/files/note.txt", "before");
    Path reserve = home.data().resolve("system/reserve");
    within(PATIENCE, () -> assertThat(reserve).exists());
    assertThat(Files.size(reserve)).isBetween(32L << 20, RoomReserve.MOST);

    // When
    fill(home.data().resolve("volumes/files/large"));
    // Then
    within(PATIENCE, () -> assertThat(reserve).doesNotExist());
    within(PATIENCE, () -> assertThat(label("full")).isEqualTo(200));
    assertThat(home.ask("DELETE", "/api/storage/v1/volumes/files/files/large", "").statusCode())
        .isEqualTo(204);
    within(PATIENCE, () -> assertThat(reserve).exists());
    assertThat(home.put("volumes/files/files/note.txt", "after")).isEqualTo(201);
  }

  @Test
  void oneThatWasStoppedFullStarts() throws Exception {
    // Given
    home.mustUp("--disk", disks.disk(LARGE).toString(), "--disk", disks.disk(LARGE).toString());
    Path reserve = home.data().resolve("system/reserve");
    within(PATIENCE, () -> assertThat(reserve).exists());
    Path large = home.data().resolve("volumes/files/large");

    // When: the power goes at that moment
    home.kill();
    fill(large);
    home.homecloud("down");
    home.mustUp();

    // Then
    within(
        PATIENCE,
        () ->
            assertThat(
                    home.ask("DELETE", "/api/storage/v1/volumes/files/files/large", "")
                        .statusCode())
                .isEqualTo(204));
  }

  /** A write to the database. */
  private int label(String value) throws Exception {
    return home.ask(
            "PATCH",
            "/api/storage/v1/volumes/files",
            "{\"metadata\":{\"labels\":{\"pool-is\":\"" + value + "\"}}}")
        .statusCode();
  }

  /** To the last byte, as somebody who copies a film. */
  private static void fill(Path file) {
    HostResult full =
        new LocalHost()
            .run(
                new HostCommand(
                    Duration.ofMinutes(15),
                    "dd",
                    "if=/dev/urandom",
                    "of=" + file,
                    "bs=1M",
                    "conv=fsync",
                    "status=none"));
    assertThat(full)
        .isInstanceOfSatisfying(
            Exited.class, exited -> assertThat(exited.stderr()).contains("No space left"));
  }
}
