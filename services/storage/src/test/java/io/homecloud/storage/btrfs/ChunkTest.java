package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.btrfs.Chunk.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final long START = 1L << 30;
  private static final int STRIPE = Chunk.STRIPE;
  private static final long DATA = 1;
  private static final long RAID0 = 1 << 3;
  private static final long RAID1 = 1 << 4;
  private static final long RAID10 = 1 << 6;

  private static Chunk chunk(long profile, int subStripes, int stripes) {
    List<Place> places =
        java.util.stream.LongStream.rangeClosed(1, stripes)
            .mapToObj(device -> new Place(device, device * 1_000_000_000L))
            .toList();
    return new Chunk(START, 64L * STRIPE, DATA | profile, subStripes, places);
  }

  @Test
  void mirrorsHaveEverythingAtTheSameDistance() {
    // When
    Chunk chunk = chunk(RAID1, 1, 2);
    // Then
    assertThat(chunk.copies()).isEqualTo(2);
    assertThat(chunk.place(START + 3L * STRIPE + 5, 1))
        .isEqualTo(new Place(2, 2_000_000_000L + 3L * STRIPE + 5));
  }

  @Test
  void stripesGoRound() {
    // When
    Chunk chunk = chunk(RAID0, 1, 3);
    // Then
    assertThat(chunk.copies()).isEqualTo(1);
    assertThat(chunk.place(START + 7, 0)).isEqualTo(new Place(1, 1_000_000_000L + 7));
    assertThat(chunk.place(START + 4L * STRIPE + 7, 0))
        .isEqualTo(new Place(2, 2_000_000_000L + STRIPE + 7));
  }

  @Test
  void stripesOfMirrorsGoRoundInPairs() {
    // When
    Chunk chunk = chunk(RAID10, 2, 4);
    // Then
    assertThat(chunk.copies()).isEqualTo(2);
    assertThat(chunk.place(START + STRIPE, 0)).isEqualTo(new Place(3, 3_000_000_000L));
    assertThat(chunk.place(START + STRIPE, 1)).isEqualTo(new Place(4, 4_000_000_000L));
    assertThat(chunk.place(START + 2L * STRIPE, 1))
        .isEqualTo(new Place(2, 2_000_000_000L + STRIPE));
  }
}
