package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.Pause;
import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.host.LocalHost;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is fetched leaves room for what else is on the disk. */
class FetchedTreesIT {
  private static final RelativePath FILM = RelativePath.of("photos/film");

  /** A file that comes from far away, a MiB every now and then. */
  private record Far(Path into, int mebibytes) implements CopyFiles {
    @Override
    public Optional<Fetched> fetch(RelativePath file) throws IOException {
      try (OutputStream out = Files.newOutputStream(into)) {
        for (int i = 0; i < mebibytes; i++) {
          out.write(new byte[1 << 20]);
          Pause.of(Duration.ofMillis(200));
        }
      }
      return Optional.of(new Come(into));
    }

    private record Come(Path path) implements Fetched {
      @Override
      public void close() {}
    }

    @Override
    public Optional<Entry> entry(RelativePath path) {
      return Optional.empty();
    }

    @Override
    public List<Entry> list(RelativePath directory, Optional<RelativePath> after, int most) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @Test
  void aFileMayTakeHalfOfWhatIsFreeWhateverIsToldOfIt() throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given
      Path disk = disks.disk(16L << 20);
      String _ = Shell.must("mkfs.ext4", "-q", "-O", "^has_journal", disk.toString());
      Path own = disks.mount(disk).resolve("downloads");
      FetchedTrees trees = new FetchedTrees(own, new LinkedTrees(new LocalHost()));
      Path into = own.resolve("film");

      // When, then
      assertThat(trees.file(new Far(into, 1), FILM, CopyFiles.Entry.UNKNOWN)).isPresent();
      Files.delete(into);

      // When, then
      assertTooLarge(trees, new Far(into, 14), 14L << 20);
      assertThat(into).doesNotExist();

      // When, then
      assertTooLarge(trees, new Far(into, 14), CopyFiles.Entry.UNKNOWN);
      assertThat(Files.size(into)).isLessThan(12L << 20);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  private static void assertTooLarge(FetchedTrees trees, CopyFiles files, long size) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> trees.file(files, FILM, size))
        .satisfies(e -> assertThat(e.code()).isEqualTo(BackupProblem.DOWNLOAD_TOO_LARGE));
  }
}
