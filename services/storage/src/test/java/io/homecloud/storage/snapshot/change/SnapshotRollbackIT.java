package io.homecloud.storage.snapshot.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotRollbackIT {
  private final TestVolumes volumes = new TestVolumes(3L << 30);

  @AfterAll
  void leaveNothing() {
    volumes.close();
  }

  static LongStream seeds() {
    return RandomHistory.seeds(10);
  }

  private PutBackReport rollback(Path volume, Path wanted, Runnable step) {
    Path present = volumes.snapshot(volume);
    try {
      return Diffs.done(
          new SnapshotRollback(volumes.scratch(), step)
              .rollback(volume, present, wanted, Diffs.NOBODY));
    } finally {
      volumes.delete(present);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomHistoriesAreUndoneExactly(long seed) {
    // Given
    Path volume = volumes.volume("r" + seed);
    try (RandomHistory history = new RandomHistory(seed, volume)) {
      for (int round = 0; round < 6; round++) {
        history.steps(round == 0 ? 150 : 30);
        Path wanted = volumes.snapshot(volume);
        Map<RelativePath, String> facts = TreeFacts.of(wanted).restorable();
        history.steps(10 + 60 * (round % 3));
        // When
        PutBackReport report = rollback(volume, wanted, () -> {});
        // Then
        assertThat(TreeFacts.differences(facts, TreeFacts.of(volume).restorable()))
            .as("round %d", round)
            .isEmpty();
        assertThat(report.left()).isEmpty();
        volumes.delete(wanted);
      }
    }
    volumes.delete(volume);
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void killedAnywhereItIsFinishedByRunningAgain(long seed) {
    // Given
    Path volume = volumes.volume("k" + seed);
    Random random = new Random(seed);
    try (RandomHistory history = new RandomHistory(seed, volume)) {
      history.steps(150);
      Path wanted = volumes.snapshot(volume);
      Map<RelativePath, String> facts = TreeFacts.of(wanted).restorable();
      for (int round = 0; round < 4; round++) {
        history.steps(60);
        // When
        int kills = 0;
        while (kills < 5) {
          int[] left = {1 + random.nextInt(60)};
          try {
            rollback(
                volume,
                wanted,
                () -> {
                  if (--left[0] == 0) {
                    throw new Killed();
                  }
                });
            break;
          } catch (Killed e) {
            kills++;
          }
        }
        PutBackReport report = rollback(volume, wanted, () -> {});
        // Then
        assertThat(TreeFacts.differences(facts, TreeFacts.of(volume).restorable()))
            .as("round %d", round)
            .isEmpty();
        assertThat(report.left()).isEmpty();
      }
      volumes.delete(wanted);
    }
    volumes.delete(volume);
  }
}
