package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A machine that is switched off and on again, with nobody there. */
class BootSoakIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String FILES = "/var/lib/homecloud/volumes/files/";

  @Test
  void afterAnOrderlyStopAndAfterAPowerCutEverythingIsMountedAndServes() throws Exception {
    // Given
    LoopDisks disks = new LoopDisks();
    Path disk = disks.disk(3L << 30);
    try (Machine machine = new Machine(disks, Script.STORY_CACHE, disk)) {
      machine.boot();
      Exited up = machine.homecloud("up", "--service", "--disk", disk.toString());
      assertThat(up.code()).as(up.stdout() + up.stderr()).isZero();
      assertThat(up.stdout()).contains("systemd starts it at boot");
      machine.inside("sh", "-c", "echo kept > " + FILES + "kept.txt; sync");

      // When
      machine.powerOff();
      machine.boot();
      // Then
      serves(machine);

      // When
      machine.cutPower();
      machine.boot();
      // Then
      serves(machine);

      // When: a person stops it and starts it again
      Exited down = machine.homecloud("down");
      Exited again = machine.homecloud("up");
      // Then
      assertThat(down.stdout()).contains("through systemd");
      assertThat(again.code()).as(again.stdout() + again.stderr()).isZero();
      assertThat(machine.inside("systemctl", "is-active", "homecloud").stdout()).contains("active");
      serves(machine);
    }
  }

  private static void serves(Machine machine) {
    within(
        PATIENCE,
        () -> {
          assertThat(machine.homecloud("status").stdout()).containsPattern("home +Healthy");
          assertThat(machine.inside("cat", FILES + "kept.txt").stdout()).isEqualTo("kept\n");
        });
  }
}
