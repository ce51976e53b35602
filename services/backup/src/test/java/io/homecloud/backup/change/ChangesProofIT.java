package io.homecloud.backup.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.rsync.Rsync.Differences;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies by changes are what looking at everything would have made of them. */
class ChangesProofIT {
  private static final Name VOLUME = new Name("volume");
  private static final int SEQUENCES_OF_A_VOLUME = 25;

  private final LoopDisks disks = new LoopDisks();
  private Path pool = disks.directory();
  private Path own = disks.directory();

  @BeforeEach
  void makePool() throws Exception {
    Path disk = disks.disk(3L << 30);
    String _ = Shell.must("mkfs.btrfs", "-q", disk.toString());
    pool = disks.mount(disk, "nobarrier");
    own = Files.createDirectory(disks.directory().resolve("own"));
  }

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  private static Source source(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new Source(VOLUME, null, null, List.of("n1", "n2*/", "o*"));
      case 1 -> new Source(VOLUME, null, List.of("n1?"), List.of("n*"));
      case 2 -> new Source(VOLUME, null, null, List.of("/n3/n*", "n4/**"));
      case 3 -> new Source(VOLUME, "kept/here", null, List.of("n7*"));
      default -> new Source(VOLUME, null, null, null);
    };
  }

  /** What is copied has to be there, or there is no run. */
  private static void keep(Path volume) {
    String _ =
        Shell.in(
            volume,
            """
            for d in kept kept/here; do
              if [ -L $d ] || ! [ -d $d ]; then rm -f $d; mkdir $d; fi
            done
            """);
  }

  @Test
  void randomHistoriesAreCopiedAsByLookingAtEverything() throws Exception {
    Repeated repeated = Repeated.rounds(1000, 20_000);
    Random random = repeated.random();
    int doubts = 0;
    int certain = 0;
    for (int sequence = 0; sequence < repeated.rounds(); sequence += SEQUENCES_OF_A_VOLUME) {
      // Given
      Source source = source(random);
      long seed = random.nextLong();
      CopiedVolume volume = new CopiedVolume(pool, own, source);
      boolean whole = source.encodedPath().isEmpty() && source.excluded().isEmpty();
      try (RandomHistory history = new RandomHistory(seed, volume.volume())) {
        for (int i = 0; i < SEQUENCES_OF_A_VOLUME; i++) {
          String which = source + ", seed " + seed + ", sequence " + i;
          history.steps(i == 0 ? 60 : 1 + random.nextInt(random.nextBoolean() ? 8 : 40));

          keep(volume.volume());

          // When
          CopyByChanges.Ended ended = volume.next();

          // Then
          switch (ended) {
            case CopyByChanges.Ended.Not(var why) -> throw new AssertionError(which + why);
            case CopyByChanges.Ended.Doubt(String sentence) -> {
              assertThat(whole).as("%s: %s", which, sentence).isFalse();
              doubts++;
              volume.look();
            }
            case CopyByChanges.Ended.Done _ -> {
              certain++;
              // The other comparison sees more, and is quicker.
              if (!whole || i % 8 == 0) {
                assertThat(volume.differences())
                    .as(which)
                    .isEqualTo(new Differences.Lines(List.of()));
              }
            }
          }
          if (whole) {
            assertThat(
                    TreeFacts.differences(
                        TreeFacts.of(volume.newest()).restorable(),
                        TreeFacts.of(volume.copy()).restorable()))
                .as(which)
                .isEmpty();
          }
        }
      }
      volume.remove();
    }
    System.out.println(certain + " by changes, " + doubts + " in doubt");
    assertThat(certain).isGreaterThan(3 * repeated.rounds() / 5);
  }
}
