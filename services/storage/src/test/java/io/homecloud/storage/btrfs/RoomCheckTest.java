package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomCheckTest {
  @ParameterizedTest
  @CsvSource({
    "4000787030016, 3000592982016, 3726 GiB, 2794 GiB",
    "4000787030016, 4000785105408, 3815447 MiB, 3815446 MiB",
    "4000787030016, 4000787029504, 4000787030016 bytes, 4000787029504 bytes",
  })
  void aDiskThatIsALittleSmallerIsNotCalledEqual(long old, long fresh, String one, String other) {
    // Given
    PoolDevice leaving =
        new PoolDevice(
            2,
            UUID.randomUUID(),
            Optional.of(Path.of("/dev/sdc")),
            old,
            0,
            false,
            PoolDevice.Errors.NONE);
    PoolState state =
        new PoolState(
            new PoolId(UUID.randomUUID()),
            "home",
            List.of(leaving),
            false,
            false,
            true,
            PoolState.Job.NONE);
    PoolUsage usage = new PoolUsage(old, 0, 0, old, old, old, List.of(), Optional.empty());
    // When
    String why = new RoomCheck(state, usage).replace(leaving, fresh).orElseThrow().sentence();
    // Then
    assertThat(why)
        .startsWith("The new disk has " + other + ", the one it replaces " + one + ". ")
        .contains("DELETE …/disks/2");
  }
}
