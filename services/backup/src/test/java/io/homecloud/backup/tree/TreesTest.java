package io.homecloud.backup.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.control.Name;
import io.homecloud.host.Host;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  private static final UUID OURS = new UUID(1, 1);
  private static final Name PHOTOS = new Name("photos");

  @TempDir Path directory;

  private Host host = new LocalHost();

  private Instant latest = Instant.MAX;
  private Runnable asked = () -> {};

  private RepositoryDirectory repositories() {
    ObjectMapper json = new ObjectMapper().findAndRegisterModules();
    return new RepositoryDirectory(
        _ -> new LinkedTrees(host),
        new MarkFiles(json),
        () -> {
          asked.run();
          return latest;
        });
  }

  private Trees trees() {
    RepositoryDirectory repositories = repositories();
    Path root = directory.resolve("copies");
    Opened opened =
        Files.exists(root)
            ? repositories.open(root)
            : repositories.initialise(root, new UUID(2, 2), OURS, Instant.EPOCH);
    return ((Opened.Here) opened).trees();
  }

  @Test
  void aPlanThatWasBegunByAKilledProcessHasItsName() throws IOException {
    // Given
    Trees trees = trees();
    Files.createDirectories(directory.resolve("copies/.photos.begun/runs"));

    // When
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    PlanTrees _ = trees.plan(OURS, PHOTOS);

    // Then
    assertThat(directory.resolve("copies/photos/runs")).isDirectory();
    assertThat(directory.resolve("copies")).isDirectoryNotContaining("glob:**.begun");
    assertThat(directory.resolve("copies")).isDirectoryNotContaining("glob:**@**");
  }

  @Test
  void anEmptyDirectoryIsTakenAndAStrangersIsNot() throws IOException {
    // Given
    Trees trees = trees();
    Files.createDirectory(directory.resolve("copies/photos"));

    // When
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    PlanTrees _ = trees.plan(new UUID(0x12345678_00000000L, 0), PHOTOS);

    // Then
    assertThat(directory.resolve("copies/photos/runs")).isDirectory();
    assertThat(directory.resolve("copies/photos@12345678/runs")).isDirectory();
  }

  @Test
  void noLinkOfWhoHadTheDiskIsFollowedToWrite() throws IOException {
    // Given
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    Path file = Files.writeString(theirs.resolve("file"), "theirs");
    Path root = Files.createDirectory(directory.resolve("copies"));
    Files.createSymbolicLink(root.resolve("README.txt"), file);
    Files.createSymbolicLink(root.resolve(".lock"), theirs);
    RepositoryDirectory repositories = repositories();
    assertThat(repositories.open(root)).isInstanceOf(Opened.Empty.class);

    // When
    Opened opened = repositories.initialise(root, new UUID(2, 2), OURS, Instant.EPOCH);
    Trees trees = ((Opened.Here) opened).trees();
    Files.createSymbolicLink(root.resolve(".photos.begun"), theirs);
    PlanTrees plan = trees.plan(OURS, PHOTOS);
    Files.createSymbolicLink(root.resolve("photos/runs/.begun"), file);
    Files.createSymbolicLink(root.resolve("photos/.copying"), theirs.resolve("new"));
    TreePlace made = made(plan, "2026-11-28T03-00-00Z");

    // Then
    assertThat(theirs).isDirectoryContaining("glob:**/file");
    assertThat(theirs).isDirectoryNotContaining("glob:**/{lock,holder.json,runs,new,*.json}");
    assertThat(file).hasContent("theirs");
    assertThat(root.resolve("README.txt")).hasContent(RepositoryDirectory.README);
    assertThat(root.resolve("photos/.copying")).doesNotExist();
    assertThat(trees.found()).extracting(Trees.Found::place).containsExactly(made);
  }

  @Test
  void copiesThatOnlyALinkLeadsToAreNotTouched() throws IOException {
    // Given: a plan's directory is a link to another's
    Trees trees = trees();
    TreePlace made = made(trees.plan(OURS, PHOTOS), "2026-11-28T03-00-00Z");
    Files.move(directory.resolve("copies/photos"), directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("copies/photos"), directory.resolve("elsewhere"));

    // When, Then
    assertThatThrownBy(() -> trees.delete(trees.place("photos/runs/" + made.stamp())))
        .hasMessageContaining("by a link");
    assertThat(trees.found()).isEmpty();
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    assertThat(directory.resolve("copies/photos@00000000/runs")).isDirectory();
    assertThat(directory.resolve("elsewhere/runs/" + made.stamp())).isDirectory();
  }

  @Test
  void aCopyThatGoesLeavesWhatARunLinksFrom() throws IOException {
    // Given
    Trees trees = trees();
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    Path runs = directory.resolve("copies/photos/runs");
    Path left = Files.createDirectory(runs.resolve("2026-11-28T03-00-00Z.abandoned-1"));
    Path old = Files.createDirectory(runs.resolve("2026-11-20T03-00-00Z"));

    // When
    trees.delete(trees.place("photos/runs/2026-11-20T03-00-00Z"));

    // Then
    assertThat(old).doesNotExist();
    assertThat(left).isDirectory();
  }

  @Test
  void aCopyOfAClockThatWasAheadIsNeitherTheNewestNorWhatOthersBeginWith() throws IOException {
    // Given
    PlanTrees plan = trees().plan(OURS, PHOTOS);
    TreePlace ahead = made(plan, "2040-01-01T12-00-00Z");
    assertThat(plan.newestName()).contains(ahead.stamp());
    latest = Instant.parse("2026-11-28T03:01:00Z");

    // When
    TreePlace today = made(plan, "2026-11-28T03-00-00Z");

    // Then
    assertThat(plan.newestName()).contains(today.stamp());
    assertThat(directory.resolve("copies/photos/latest").toRealPath()).isEqualTo(today.complete());
    latest = Instant.parse("2026-11-29T03:01:00Z");
    assertThat(plan.begin(plan.place("2026-11-29T03-00-00Z")).prepared().linkFrom())
        .containsExactly(today.complete());

    // And when
    trees().delete(today);

    // Then: it is better than none
    assertThat(directory.resolve("copies/photos/latest").toRealPath()).isEqualTo(ahead.complete());
  }

  @Test
  void aCopyThatIsCompletedWhileAnotherIsDeletedIsTheLatest() throws IOException {
    // Given
    PlanTrees plan = trees().plan(OURS, PHOTOS);
    TreePlace first = made(plan, "2026-11-26T03-00-00Z");
    TreePlace _ = made(plan, "2026-11-27T03-00-00Z");
    // Between finding which is the newest, and pointing to it.
    asked =
        () -> {
          asked = () -> {};
          try {
            TreePlace _ = made(plan, "2026-11-28T03-00-00Z");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };

    // When
    trees().delete(first);

    // Then
    assertThat(directory.resolve("copies/photos/latest").toRealPath())
        .isEqualTo(plan.place("2026-11-28T03-00-00Z").complete());
  }

  @Test
  void whatIsBeingDeletedKeepsNoCopyFromBeingBegun() throws IOException {
    // Given
    host = _ -> new HostResult.Exited(1, "", "rm: No such file or directory");
    PlanTrees plan = trees().plan(OURS, PHOTOS);
    Files.createDirectory(
        directory.resolve("copies/photos/runs/2026-11-20T03-00-00Z" + TreePlace.DELETING));

    // When
    PlanTrees.Begun begun = plan.begin(plan.place("2026-11-28T03-00-00Z"));

    // Then
    assertThat(begun.prepared().into()).isDirectory();
  }

  @Test
  void copiesWhoseDiskWentAwayAreNotSaidToBeNone() throws IOException {
    // Given
    Trees trees = trees();
    Files.delete(trees.root().resolve(RepositoryMark.FILE));

    // When, Then
    assertThatThrownBy(trees::found).hasMessageContaining("went away");
  }

  @Test
  void whoIsCancelledRemovesWhatHeMadeAndIsStillCancelled() throws IOException {
    // Given
    Path made = Files.createDirectory(directory.resolve("made"));
    Thread.currentThread().interrupt();

    // When
    new LinkedTrees(host).removeAtTheEnd(made);

    // Then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(made).doesNotExist();
  }

  private static TreePlace made(PlanTrees plan, String stamp) throws IOException {
    TreePlace place = plan.place(stamp);
    try (Checkpoint checkpoint = plan.checkpoint()) {
      var _ = plan.begin(place);
      plan.complete(
          place,
          new RunMark(
              RunMark.FORMAT,
              UUID.randomUUID(),
              PHOTOS,
              PHOTOS,
              OURS,
              "node",
              Instant.EPOCH,
              Instant.EPOCH,
              List.of(),
              RunMark.Contents.NONE),
          checkpoint);
    }
    return place;
  }

  @Test
  void howeverOftenARunIsBegunAgainItLinksFromTheNewestAttempt() throws IOException {
    // Given
    LinkedTrees sharing = new LinkedTrees(new LocalHost());
    Path runs = Files.createDirectory(directory.resolve("runs"));
    TreePlace place = new TreePlace(runs, "2026-11-28T03-00-00Z");

    // When
    List<Path> linked = List.of();
    for (int attempt = 1; attempt <= 14; attempt++) {
      List<Path> left;
      try (Stream<Path> all = Files.list(runs)) {
        left = all.sorted().toList();
      }
      TreeSharing.Prepared prepared = sharing.prepare(place, Optional.empty(), left);
      linked = prepared.linkFrom();
      Files.createFile(prepared.into().resolve("of-" + attempt));
    }

    // Then: the last ten, of which the newest has most
    assertThat(linked).hasSize(10);
    assertThat(linked.getLast().resolve("of-13")).exists();
    assertThat(linked.getFirst().resolve("of-4")).exists();
  }
}
