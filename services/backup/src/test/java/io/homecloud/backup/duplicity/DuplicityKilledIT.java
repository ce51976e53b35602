package io.homecloud.backup.duplicity;

import static io.homecloud.backup.DuplicityAsking.duplicity;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyInMaking.Made;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.testkit.ChildJvm;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The service is killed at any instant, or duplicity is: with the service duplicity ends too, and
 * the next one goes on; without duplicity the service goes on itself, or the next attempt does.
 */
class DuplicityKilledIT {
  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 60 : 5;
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

  @Test
  void whoeverIsKilledWhatWasBegunIsCompletedAndNothingHalfCounts() throws Exception {
    // Given
    Path target = disks.directory().resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    String _ = Shell.in(source, "echo letter > letter.txt");
    Random random = new Random(20261126);

    for (int round = 0; round < ROUNDS; round++) {
      Instant at = FIRST.plusSeconds(round);
      String _ = Shell.in(source, "head -c 16000000 /dev/urandom > large");

      // When
      try (ChildJvm child =
          ChildJvm.start(
              CopyingChild.class,
              target.toString(),
              source.toString(),
              own.toString(),
              at.toString())) {
        String _ = child.await("copying"::equals, Duration.ofMinutes(2));
        Thread.sleep(1500 + random.nextInt(3000));
        if (round % 2 == 0) {
          child.kill();
        } else {
          running(own).ifPresent(ProcessHandle::destroyForcibly);
          // Complete, or not when it was killed while it only looked at the target.
          String _ =
              child.await(
                  line -> line.matches("(Complete|Not)\\[.*|Exception in thread .*"),
                  Duration.ofMinutes(3));
        }
      }
      eventually(() -> assertThat(ofOurs(own)).isZero());
      List<FoundCopy> found = CopyingChild.copies(target, own).found();
      int complete = found.size();
      boolean there = found.stream().anyMatch(copy -> copy.at().equals(at));
      Made made = there ? null : CopyingChild.copy(target, source, own, at);

      // Then
      assertThat(complete).isBetween(round, round + 1);
      if (made != null) {
        assertThat(made).isInstanceOf(Made.Complete.class);
      }
      assertThat(CopyingChild.copies(target, own).found()).hasSize(round + 1);
    }
    String status = restoredByHand(target);
    assertThat(status).contains("No orphaned or incomplete");
    assertThat(Shell.must("sha256sum", disks.directory().resolve("back/large").toString()))
        .startsWith(Shell.must("sha256sum", source.resolve("large").toString()).substring(0, 64));
  }

  @Test
  void aCopyThatWasNotWrittenOutWhenThePowerWentDoesNotCountWhateverItsManifestSays()
      throws Exception {
    // Given
    Path target = disks.directory().resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    Instant next = FIRST.plusSeconds(60);
    String _ = Shell.in(source, "echo letter > letter.txt");
    assertThat(CopyingChild.copy(target, source, own, FIRST)).isInstanceOf(Made.Complete.class);
    String _ = Shell.in(source, "head -c 6000000 /dev/urandom > large");
    assertThat(CopyingChild.copy(target, source, own, next)).isInstanceOf(Made.Complete.class);

    // When
    String _ = Shell.in(target, "for file in duplicity-inc.*.vol1.*; do : > $file; done");
    Files.writeString(
        own.resolve("duplicity/" + new UUID(0, 7) + "/begun"), Stamp.of(next) + "\nanother boot");

    // Then
    assertThat(CopyingChild.copies(target, own).found())
        .extracting(FoundCopy::at)
        .containsExactly(FIRST);

    // When
    Made again = CopyingChild.copy(target, source, own, next);

    // Then
    assertThat(again).isInstanceOf(Made.Complete.class);
    assertThat(CopyingChild.copies(target, own).found())
        .extracting(FoundCopy::at)
        .containsExactly(FIRST, next);
    assertThat(restoredByHand(target)).contains("No orphaned or incomplete");
    assertThat(disks.directory().resolve("back/large"))
        .hasSameBinaryContentAs(source.resolve("large"));
  }

  @Test
  void whatWasBegunOnADiskBeforeItWasPulledOutIsBegunAnew() throws Exception {
    // Given: all but the first volume of a copy is there, and that only by its name
    Path disk = disks.disk(300L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", disk.toString());
    Path point = disks.mount(disk);
    Path target = point.resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    String _ = Shell.in(source, "head -c 120000000 /dev/urandom > large");
    try (ChildJvm child =
        ChildJvm.start(
            CopyingChild.class,
            target.toString(),
            source.toString(),
            own.toString(),
            FIRST.toString())) {
      within(
          Duration.ofMinutes(2),
          () -> {
            try (Stream<Path> there = Files.list(target)) {
              assertThat(there).anyMatch(file -> file.toString().contains(".vol2."));
            }
          });
      child.kill();
    }
    eventually(() -> assertThat(ofOurs(own)).isZero());
    assertThat(Shell.in(target, "ls")).doesNotContain("manifest");
    String _ = Shell.in(target, "truncate -s 0 *.vol1.* && truncate -s 4M *.vol1.*");

    // When
    Path image = disks.image(disk);
    disks.unmount(disk, point);
    disks.detach(disk);
    disks.mountAt(disks.attach(image), point);
    Made made = CopyingChild.copy(target, source, own, FIRST);

    // Then
    assertThat(made).isInstanceOf(Made.Complete.class);
    assertThat(restoredByHand(target)).contains("No orphaned or incomplete");
    assertThat(disks.directory().resolve("back/large"))
        .hasSameBinaryContentAs(source.resolve("large"));
  }

  @Test
  void whatADiskDidNotTakeDoesNotCountAndIsMadeAnew() throws Exception {
    // Given: without a journal, whose failure would be told again and again
    Path little = Files.createDirectory(disks.directory().resolve("little"));
    String _ = Shell.must("mount", "-t", "tmpfs", "-o", "size=64m", "little", little.toString());
    Path disk = disks.disk(little, 200L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", "-O", "^has_journal", disk.toString());
    Path target = disks.mount(disk).resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    String _ = Shell.in(source, "head -c 6000000 /dev/urandom > large");
    Copies _ = CopyingChild.copies(target, own);
    String _ = Shell.must("sync", "-f", target.toString());

    // When: it takes no block that it had not before, and later it does again
    String _ = Shell.in(little, "dd if=/dev/zero of=rest bs=64k status=none || true");
    assertThatThrownBy(() -> CopyingChild.copy(target, source, own, FIRST))
        .hasMessageContaining("did not take");
    Files.delete(little.resolve("rest"));

    // Then
    assertThat(Shell.in(target, "ls")).contains("manifest");
    Copies copies = CopyingChild.copies(target, own);
    assertThat(copies.found()).isEmpty();
    assertThat(copies.copy(CopyingChild.INSTALLATION, CopyingChild.PLAN, FIRST).complete())
        .isEmpty();

    // And when
    Made again = CopyingChild.copy(target, source, own, FIRST);

    // Then
    assertThat(again).isInstanceOf(Made.Complete.class);
    String _ = restoredByHand(target);
    assertThat(disks.directory().resolve("back/large"))
        .hasSameBinaryContentAs(source.resolve("large"));
  }

  @Test
  void whatIsNotWholeDoesNotHaveItsNameAndGoesWhenTheCopyIsGivenUp() throws Exception {
    // Given: a disk that has no room for all of it
    Path disk = disks.disk(24L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", disk.toString());
    Path target = disks.mount(disk).resolve("copies");
    Path source = Files.createDirectory(disks.directory().resolve("source"));
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    String _ = Shell.in(source, "head -c 40000000 /dev/urandom > large");

    // When
    Made made = CopyingChild.copy(target, source, own, FIRST);

    // Then: each is of 4 MB
    assertThat(made).isInstanceOf(Made.Not.class);
    assertThat(Shell.in(target, "find . -name '*.vol*'")).isNotEmpty();
    assertThat(Shell.in(target, "find . -name '*.vol*' -size -3900k")).isEmpty();
    assertThat(Shell.in(target, "find . -name homecloud-part")).isNotEmpty();

    // And when
    CopyingChild.copies(target, own)
        .copy(CopyingChild.INSTALLATION, CopyingChild.PLAN, FIRST)
        .giveUp();

    // Then
    assertThat(Shell.in(target, "ls").strip()).isEqualTo("homecloud-repository.json");
  }

  /** Into a directory beside the target; what duplicity says of that before. */
  private String restoredByHand(Path target) {
    String status =
        duplicity(disks.directory(), CopyingChild.PASSPHRASE, "collection-status file://" + target);
    String _ =
        duplicity(
            disks.directory(),
            CopyingChild.PASSPHRASE,
            "restore -r photos file://%s back".formatted(target));
    return status;
  }

  /** How many processes there are that work for who has this directory. */
  private static long ofOurs(Path own) {
    return ProcessHandle.allProcesses()
        .filter(process -> reads(process).contains(own.toString()))
        .count();
  }

  /** The process that is duplicity itself, when it runs just now. */
  private static Optional<ProcessHandle> running(Path own) {
    return ProcessHandle.allProcesses()
        .filter(process -> reads(process).contains(own.toString()))
        .filter(process -> reads(process).startsWith("/usr/bin/python3"))
        .findFirst();
  }

  private static String reads(ProcessHandle process) {
    try {
      String line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      return line.contains("job.py") ? line : "";
    } catch (IOException e) {
      return "";
    }
  }
}
