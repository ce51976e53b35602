package io.homecloud.storage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VolumeUsageTest {
  @Test
  void whatADiskOfElsewhereCountsIsNeverLessThanNothing() {
    // When
    VolumeUsage usage = new VolumeUsage(-4096, OptionalLong.of(-1));
    // Then
    assertThat(usage.used()).isZero();
    assertThat(usage.limit()).hasValue(Long.MAX_VALUE);
  }
}
