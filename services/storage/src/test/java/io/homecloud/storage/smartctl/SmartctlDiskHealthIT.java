package io.homecloud.storage.smartctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskBench;
import io.homecloud.storage.disk.HealthReading;
import io.homecloud.storage.disk.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmartctlDiskHealthIT {
  @Test
  void everyDiskOfThisMachineGivesAnAnswer() {
    try (DiskBench bench = new DiskBench()) {
      // Given
      bench.loops.disk(1 << 20);
      SmartctlDiskHealth health = new SmartctlDiskHealth(bench.host);
      List<Disk> disks = bench.disks.scan();
      // When
      List<HealthReading> readings = disks.stream().map(health::read).toList();
      // Then
      assertThat(readings).hasSizeGreaterThan(0);
      for (int i = 0; i < disks.size(); i++) {
        if (disks.get(i).transport() == Transport.VIRTIO) {
          assertThat(readings.get(i))
              .isInstanceOfSatisfying(
                  HealthReading.Unsupported.class,
                  no -> assertThat(no.reason()).contains("Unable to detect device type"));
        }
        if (disks.get(i).transport() == Transport.LOOP) {
          assertThat(readings.get(i))
              .isEqualTo(new HealthReading.Unsupported("an image has no health of its own"));
        }
      }
    }
  }
}
