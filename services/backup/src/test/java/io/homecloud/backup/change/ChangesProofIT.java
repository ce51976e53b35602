package io.homecloud.backup.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.rsync.Rsync.Differences;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies by changes are what looking at everything would have made of them. */
class ChangesProofIT {
  private static final Name VOLUME = new Name("volume");

  /** rsync sleeps more than it works on so little. */
  private static final int AT_ONCE = 4;

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
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Integer>> volumes = new ArrayList<>();
      for (int i = 0; i < repeated.rounds(); i += SEQUENCES_OF_A_VOLUME) {
        Source source = source(random);
        long seed = random.nextLong();
        Path here = Files.createDirectory(pool.resolve("v" + i));
        Path scratch = Files.createDirectory(own.resolve("v" + i));
        volumes.add(threads.submit(() -> certain(here, scratch, source, seed)));
      }
      int certain = 0;
      for (Future<Integer> volume : volumes) {
        certain += volume.get();
      }
      System.out.println(certain + " of them by changes, the others in doubt");
      assertThat(certain).isGreaterThan(3 * repeated.rounds() / 5);
    }
  }

  /** How many sequences of a volume were certain. */
  private static int certain(Path pool, Path own, Source source, long seed) throws Exception {
    // Given
    CopiedVolume volume = new CopiedVolume(pool, own, source);
    boolean whole = source.encodedPath().isEmpty() && source.excluded().isEmpty();
    int certain = 0;
    Random random = new Random(seed);
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
    return certain;
  }

  @Test
  void aLinkThatAnotherFileTookThePlaceOfIsNotOneAfterAScan() throws Exception {
    // Its 14th scan finds a pipe where there was another name of a second pipe.
    Source source = new Source(VOLUME, null, null, List.of("/n3/n*", "n4/**"));
    assertThat(certain(pool, own, source, 3742238669337383065L)).isPositive();
  }

  @Test
  void countsAreThoseOfRsync() throws Exception {
    // Given
    CopiedVolume volume = new CopiedVolume(pool, own, new Source(VOLUME, null, null, null));
    String _ =
        Shell.in(
            volume.volume(),
            "mkdir -p a/b c; echo 1 > a/1; echo 22 > a/b/2; ln a/1 c/1; ln -s nowhere c/link; mkfifo c/f");
    var first = (CopyByChanges.Ended.Done) volume.next();
    String _ =
        Shell.in(volume.volume(), "mv a/b c/b; rm a/1; echo 4444 > c/b/2; ln c/1 c/3; mkdir d");

    // When
    var second = (CopyByChanges.Ended.Done) volume.next();

    // Then
    Contents scanned = volume.scanned();
    assertThat(1 + first.more().files() + second.more().files()).isEqualTo(scanned.files());
    assertThat(first.more().bytes() + second.more().bytes()).isEqualTo(scanned.bytes());
    assertThat(second.more().filesCopied()).isEqualTo(1);
    assertThat(scanned.filesCopied()).isZero();
  }

  @Test
  void bytesThatChangedWithoutTheTimeAreCopiedToo() throws Exception {
    // Given
    CopiedVolume volume = new CopiedVolume(pool, own, new Source(VOLUME, null, null, null));
    String _ = Shell.in(volume.volume(), "echo before > f; touch -d 2020-01-01 f; ln f g");
    CopyByChanges.Ended _ = volume.next();
    String _ = Shell.in(volume.volume(), "echo after. > f; touch -d 2020-01-01 f");

    // When
    CopyByChanges.Ended ended = volume.next();

    // Then
    assertThat(ended).isInstanceOf(CopyByChanges.Ended.Done.class);
    assertThat(volume.copy().resolve("g")).hasContent("after.");
    assertThat(Shell.everything(volume.copy())).isEqualTo(Shell.everything(volume.newest()));
  }

  @Test
  void whatAKilledRsyncLeavesHalfIsFoundByAScan() throws Exception {
    // Given
    CopiedVolume volume = new CopiedVolume(pool, own, new Source(VOLUME, null, null, null));
    String _ = Shell.in(volume.volume(), "mkdir d");
    CopyByChanges.Ended _ = volume.next();
    String _ = Shell.in(volume.volume(), "head -c 60000000 /dev/zero > d/large");
    // So that it is met at work.
    Pace slow = () -> new Pace.Step(OptionalLong.of(1 << 20), Optional.empty());

    // When
    CopyByChanges.Ended ended;
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<CopyByChanges.Ended> copying = thread.submit(() -> volume.next(slow));
      Eventually.eventually(
          () -> assertThat(Shell.in(volume.copy(), "ls -A d")).startsWith(".large."));
      assertThat(killRsyncs()).isPositive();
      ended = copying.get();
    }

    // Then
    assertThat(ended).isInstanceOf(CopyByChanges.Ended.Doubt.class);
    volume.look();
    assertThat(Shell.everything(volume.copy())).isEqualTo(Shell.everything(volume.newest()));
  }

  private long killRsyncs() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("rsync"))
        .filter(process ->
            Stream.of(process.info().arguments().orElse(new String[0]))
                .anyMatch(word -> word.contains(pool.toString())))
        .filter(ProcessHandle::destroyForcibly)
        .count();
  }

  @Test
  void aCopyThatIsNotAsItWasMadeIsInDoubt() throws Exception {
    // Given
    CopiedVolume volume = new CopiedVolume(pool, own, new Source(VOLUME, null, null, null));
    String _ = Shell.in(volume.volume(), "mkdir -p d/e; echo 1 > d/e/f");
    CopyByChanges.Ended _ = volume.next();
    String _ = Shell.in(volume.copy(), "rm -r d/e; ln -s /etc d/e");
    String _ = Shell.in(volume.volume(), "mv d/e/f d/e/passwd; rm d/e/passwd; mv d/e g");

    // When
    CopyByChanges.Ended ended = volume.next();

    // Then
    volume.look();
    assertThat(ended).isInstanceOfAny(CopyByChanges.Ended.Doubt.class);
    assertThat(Shell.everything(volume.copy())).isEqualTo(Shell.everything(volume.newest()));
    assertThat(Path.of("/etc/passwd")).exists();
  }
}
