package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.resource.Conditions;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody writes into the place of a volume that is not there. */
class HiddenFilesIT {
  private final LoopDisks disks = new LoopDisks();
  private final House house = new House(disks, disks.directory().resolve("data"));

  @AfterEach
  void leaveNothing() {
    house.close();
    disks.close();
  }

  private void unmount(UUID volume) {
    assertThat(
            house
                .node()
                .volumes()
                .unmount(house.pool("home"), new VolumeId(volume), house.mountOf("photos"))
                .refusal())
        .isEmpty();
  }

  private boolean told() {
    return Conditions.isTrue(house.get(StorageKinds.VOLUME, "photos").conditions(), "FilesHidden");
  }

  @Test
  void theVolumeTellsThatItHidesThemAsLongAsItDoes() throws Exception {
    // Given
    house.makePool("home", disks.disk(1L << 30));
    UUID photos = house.makeVolume("home", "photos", Map.of()).uid();
    unmount(photos);
    Path photo = house.mountOf("photos").resolve("1.jpg");
    Files.writeString(photo, "sea");
    // When
    house.plane().wake(photos);
    // Then
    house.until("told", this::told);
    assertThat(house.ready(StorageKinds.VOLUME, "photos").uid()).isEqualTo(photos);
    assertThat(photo).doesNotExist();
    unmount(photos);
    Files.delete(photo);
    house.plane().wake(photos);
    house.until("told no more", () -> !told());
  }
}
