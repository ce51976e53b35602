package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.testkit.ChildJvm;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever copies is killed at any instant: nothing half counts, and the next one completes it. */
class RunKilledIT {
  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 30 : 3;
  private static final Instant FIRST = Instant.parse("2026-11-26T03:00:00Z");

  private LoopDisks disks;

  @BeforeEach
  void makeRoom() {
    disks = new LoopDisks();
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  private static List<String> runs(Path root) throws IOException {
    Path runs = root.resolve("nightly/runs");
    if (!Files.exists(runs)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(runs)) {
      return all.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void theNextAttemptCompletesWhatAKilledOneBegan(String type) throws Exception {
    // Given
    Path disk = disks.disk(1L << 30);
    String _ =
        type.equals("btrfs")
            ? Shell.must("mkfs.btrfs", "-q", disk.toString())
            : Shell.must("mkfs.ext4", "-q", disk.toString());
    Path root = disks.mount(disk).resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    String _ =
        Shell.in(
            source,
            """
            for d in 1 2 3 4 5 6 7 8; do mkdir $d; for f in 1 2 3 4 5 6 7 8 9; do head -c 50000 /dev/urandom > $d/$f; done; done
            head -c 60000000 /dev/urandom > large; ln large same
            """);
    Random random = new Random(20261126);

    for (int round = 0; round < ROUNDS; round++) {
      Instant at = FIRST.plusSeconds(round);
      String changed =
          Shell.in(source, "date +%N > 1/changed; head -c 20000000 /dev/urandom > 2/new");
      assertThat(changed).isEmpty();

      // When
      try (ChildJvm child =
          ChildJvm.start(
              CopyingChild.class,
              root.toString(),
              source.toString(),
              own.toString(),
              at.toString())) {
        String _ = child.await("copying"::equals, Duration.ofMinutes(2));
        Thread.sleep(random.nextInt(600));
        child.kill();
      }
      List<String> complete = runs(root).stream().filter(name -> !name.contains(".")).toList();
      RunJob.Ended ended =
          runs(root).contains(TreePlace.stamp(at))
              ? null
              : CopyingChild.copy(root, source, own, at);

      // Then
      assertThat(complete).hasSizeBetween(round, round + 1);
      if (ended != null) {
        assertThat(ended).isInstanceOf(RunJob.Ended.Complete.class);
      }
      CopyingChild.trees(root).plan(CopyingChild.INSTALLATION, CopyingChild.PLAN).settle();
      assertThat(runs(root)).hasSize(round + 1).noneMatch(name -> name.contains("."));
      // A read-only one of btrfs, not even root writes to.
      assertThat(runs(root))
          .allSatisfy(name ->
              assertThat(Files.isWritable(root.resolve("nightly/runs").resolve(name)))
                  .isEqualTo(type.equals("ext4")));
      assertThat(Shell.everything(root.resolve("nightly/latest/photos")))
          .isEqualTo(Shell.everything(source));
    }
  }
}
