package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.homecloud.storage.pool.Profile;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes in GiB; what fits is known from the well-known carfax calculation of btrfs. */
class RoomPlanTest {
  private static final long GIB = 1L << 30;

  @ParameterizedTest
  @CsvSource({
    "SINGLE, 4 2 1, 7",
    "DUP, 4, 2",
    "DUP, 4 2, 3",
    "RAID0, 4 2, 4",
    "RAID0, 4 2 2, 6",
    "RAID1, 2 2, 2",
    "RAID1, 4 2, 2",
    "RAID1, 4 3 2, 4.5",
    "RAID1, 9 2 2, 4",
    "RAID1C3, 3 3 3, 3",
    "RAID1C3, 9 3 2, 2",
    "RAID10, 2 2 2 2, 4",
    "RAID10, 4 2 2 2, 4",
    "RAID10, 2 2, 0",
    "RAID1, 4, 0",
  })
  void whatFitsIsKnown(Profile profile, String disks, double expected) {
    // Given
    List<Long> sizes =
        Arrays.stream(disks.split(" ")).map(size -> Long.parseLong(size) * GIB).toList();
    long tooMuch = 100 * GIB;
    // When
    long over = new RoomPlan(sizes).take(profile, tooMuch);
    // Then
    assertThat((tooMuch - over) / (double) GIB).isCloseTo(expected, within(0.05));
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 0", "2, 2, 0", "2, 3, 1"})
  void whatDoesNotFitIsTold(long disk, long wanted, long expected) {
    // Given
    RoomPlan plan = new RoomPlan(List.of(disk * GIB, disk * GIB));
    // When
    long over = plan.take(Profile.RAID1, wanted * GIB);
    // Then
    assertThat(over).isEqualTo(expected * GIB);
  }
}
