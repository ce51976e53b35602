package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.homecloud.backup.Shell;
import io.homecloud.backup.btrfs.BtrfsTrees;
import io.homecloud.backup.tree.Checkpoint;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.TreeSharing.Prepared;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a drive that was away: what a checkpoint saw on it. */
class PulledDriveIT {
  private static final RunMark MARK =
      new RunMark(
          RunMark.FORMAT,
          new java.util.UUID(0, 1),
          CopyingChild.PLAN,
          CopyingChild.PLAN,
          CopyingChild.INSTALLATION,
          "node",
          Instant.EPOCH,
          Instant.EPOCH,
          java.util.List.of(),
          RunMark.Contents.NONE);

  private static PlanTrees plan(Path root, String session) throws IOException {
    RepositoryDirectory directory = directory(root);
    return plan(directory.open(root, session));
  }

  private static RepositoryDirectory directory(Path root) {
    RepositoryDirectory directory =
        new RepositoryDirectory(
            BtrfsTrees.orLinks(new LocalHost()),
            new MarkFiles(
                new ObjectMapper()
                    .findAndRegisterModules()
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)),
            () -> Instant.MAX);
    if (directory.open(root) instanceof Opened.Empty) {
      Opened _ =
          directory.initialise(
              root, java.util.UUID.randomUUID(), CopyingChild.INSTALLATION, Instant.now());
    }
    return directory;
  }

  private static PlanTrees plan(Opened opened) throws IOException {
    if (opened instanceof Opened.Here(var trees)) {
      return trees.plan(CopyingChild.INSTALLATION, CopyingChild.PLAN);
    }
    throw new AssertionError("no repository");
  }

  /** What an attempt begins with: what is there, or is linked from. */
  private static boolean has(Prepared prepared, String name) {
    return Files.exists(prepared.into().resolve(name))
        || prepared.linkFrom().stream().anyMatch(from -> Files.exists(from.resolve(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void onlyWhatACheckpointSawIsGoneOnWith(String type) throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given
      Path disk = disks.disk(200L << 20);
      String _ = Shell.must("mkfs." + type, "-q", disk.toString());
      Path root = disks.mount(disk).resolve("copies");
      PlanTrees first = plan(root, "first");
      Prepared begun = first.begin(first.place("2026-11-26T03-00-00Z")).prepared();
      Files.writeString(begun.into().resolve("early"), "on the disk");
      // The checkpoint believes nothing of the last second.
      String _ = Shell.in(begun.into(), "sleep 1.2");
      try (Checkpoint checkpoint = first.checkpoint()) {
        checkpoint.take();
      }
      Files.writeString(begun.into().resolve("late"), "perhaps not on the disk");

      // When
      PlanTrees same = plan(root, "first");
      Prepared gone = same.begin(same.place("2026-11-26T04-00-00Z")).prepared();

      // Then
      assertThat(has(gone, "early")).isTrue();
      assertThat(has(gone, "late")).isTrue();

      // And when it was away meanwhile
      PlanTrees back = plan(root, "second");
      Prepared anew = back.begin(back.place("2026-11-26T05-00-00Z")).prepared();

      // Then
      assertThat(has(anew, "early")).isTrue();
      assertThat(has(anew, "late")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "ext4"})
  void aDiskThatSomebodyElseMountsIsNotBelievedMoreWhenItWasPulled(String type) throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given
      Path disk = disks.disk(200L << 20);
      String _ = Shell.must("mkfs." + type, "-q", disk.toString());
      Path point = disks.mount(disk);
      Path root = point.resolve("copies");
      PlanTrees first = plan(directory(root).open(root));
      Prepared begun = first.begin(first.place("2026-11-26T03-00-00Z")).prepared();
      Files.writeString(begun.into().resolve("late"), "perhaps not on the disk");

      // When nothing has happened
      PlanTrees same = plan(directory(root).open(root));
      Prepared gone = same.begin(same.place("2026-11-26T04-00-00Z")).prepared();

      // Then
      assertThat(has(gone, "late")).isTrue();

      // And when it is pulled out and put back
      Path image = disks.image(disk);
      disks.unmount(disk, point);
      disks.detach(disk);
      disks.mountAt(disks.attach(image), point);

      // Then who copies meanwhile does not say that all is there
      try (Checkpoint checkpoint = same.checkpoint()) {
        assertThatThrownBy(checkpoint::take).hasMessageContaining("was away");
      }

      // And the next one begins anew
      PlanTrees back = plan(directory(root).open(root));
      Prepared anew = back.begin(back.place("2026-11-26T05-00-00Z")).prepared();
      assertThat(has(anew, "late")).isFalse();
    }
  }

  @Test
  void whatADiskDidNotTakeIsInNoCopyAndCopiedAnew() throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given: without a journal, whose failure would be told again and again
      Path little = Files.createDirectory(disks.directory().resolve("little"));
      String _ = Shell.must("mount", "-t", "tmpfs", "-o", "size=64m", "little", little.toString());
      Path disk = disks.disk(little, 200L << 20);
      String _ = Shell.must("mkfs.ext4", "-q", "-O", "^has_journal", disk.toString());
      Path root = disks.mount(disk).resolve("copies");
      PlanTrees plan = plan(root, "first");
      TreePlace place = plan.place("2026-11-26T03-00-00Z");
      try (Checkpoint checkpoint = plan.checkpoint()) {
        Prepared begun = plan.begin(place).prepared();
        Files.writeString(begun.into().resolve("early"), "on the disk");
        String _ = Shell.in(begun.into(), "sleep 1.2");
        checkpoint.take();
        String _ = Shell.in(begun.into(), "head -c 4000000 /dev/urandom > late");

        // When: it takes no block that it had not before, and later it does again
        String _ = Shell.in(little, "dd if=/dev/zero of=rest bs=64k status=none || true");
        checkpoint.tryToTake();
        Files.delete(little.resolve("rest"));

        // Then
        assertThatThrownBy(checkpoint::take).hasMessageContaining("did not take");
        assertThatThrownBy(() -> plan.complete(place, MARK, checkpoint))
            .hasMessageContaining("did not take");
      }
      assertThat(place.complete()).doesNotExist();
      Prepared anew = plan.begin(plan.place("2026-11-26T04-00-00Z")).prepared();
      assertThat(has(anew, "early")).isTrue();
      assertThat(has(anew, "late")).isFalse();
    }
  }
}
