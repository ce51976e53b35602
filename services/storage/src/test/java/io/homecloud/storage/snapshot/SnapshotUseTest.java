package io.homecloud.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SnapshotUseTest {
  private final UUID snapshot = UUID.randomUUID();
  private final UUID volume = UUID.randomUUID();
  private final List<UUID> woken = new ArrayList<>();
  private final SnapshotUse use = new SnapshotUse(woken::add, _ -> false);

  @Test
  void aSnapshotStaysAsLongAsAnybodyReadsItAndIsWokenThen() {
    // Given
    SnapshotUse.Held one = use.reading(List.of(snapshot));
    SnapshotUse.Held other = use.reading(List.of(snapshot));
    // When
    boolean before = use.mustStay(snapshot);
    one.close();
    boolean between = use.mustStay(snapshot);
    other.close();
    // Then
    assertThat(before).isTrue();
    assertThat(between).isTrue();
    assertThat(use.mustStay(snapshot)).isFalse();
    assertThat(woken).containsExactly(snapshot);
  }

  @Test
  void whoDidNotHaveToWaitIsNotWoken() {
    // When
    use.reading(List.of(snapshot)).close();
    use.changing(volume).close();
    // Then
    assertThat(woken).isEmpty();
  }

  @Test
  void noSnapshotIsTakenOfAVolumeThatIsHalfPutBack() {
    // Given
    SnapshotUse.Held held = use.changing(volume);
    // When
    boolean meanwhile = use.mustWait(snapshot, volume);
    held.close();
    // Then
    assertThat(meanwhile).isTrue();
    assertThat(use.mustWait(snapshot, volume)).isFalse();
    assertThat(woken).containsExactly(snapshot);
  }

  @Test
  void aVolumeThatAKilledProcessLeftHalfPutBackIsWaitedForUntilTheJobWasTakenUp() {
    // Given
    SnapshotUse after = new SnapshotUse(woken::add, volume::equals);
    // When
    boolean first = after.mustWait(snapshot, volume);
    boolean other = after.mustWait(snapshot, UUID.randomUUID());
    after.changing(volume).close();
    // Then
    assertThat(first).isTrue();
    assertThat(other).isFalse();
    assertThat(after.mustWait(snapshot, volume)).isFalse();
    assertThat(woken).containsExactly(snapshot);
  }
}
