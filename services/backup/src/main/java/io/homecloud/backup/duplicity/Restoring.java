package io.homecloud.backup.duplicity;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Brings files of one copy back. */
final class Restoring {
  private static final Duration DEADLINE = Duration.ofDays(30);
  private static final int ATTEMPTS = 4;

  private final Target target;
  private final BackupSet set;

  Restoring(Target target, BackupSet set) {
    this.target = target;
    this.set = set;
  }

  Room room() {
    return target.room();
  }

  /** Brings one file to a place of this node where nothing is. */
  Copied one(RelativePath path, Path to) throws IOException {
    return run(
        path,
        List.of(),
        String.valueOf(to.getParent()),
        RelativePath.of(to.getFileName().toString().getBytes(StandardCharsets.UTF_8)),
        _ -> {});
  }

  /**
   * Brings it into a directory that is open elsewhere, whatever it is called meanwhile.
   *
   * @param at a directory of ours that the open one is seen at
   * @param inside the path that it gets in there; what is there already goes
   * @param listener hears about once a second, in another thread
   */
  Copied into(
      RelativePath path, Path open, Path at, RelativePath inside, Consumer<CopyProgress> listener)
      throws IOException {
    return run(path, List.of(new Job.Mount(open, at, true)), at.toString(), inside, listener);
  }

  private Copied run(
      RelativePath path,
      List<Job.Mount> mounts,
      String directory,
      RelativePath inside,
      Consumer<CopyProgress> listener)
      throws IOException {
    Job job =
        new Job(
            "restore",
            "restore",
            List.of("--numeric-owner", "--time", set.at().toString()),
            List.of(),
            List.of(),
            mounts,
            // As bytes, which a command line of Java's has not for every name.
            Map.of(
                "restore",
                Map.of(
                    "path", PercentCode.encode(path.bytes()),
                    "directory", directory,
                    "inside", PercentCode.encode(inside.bytes()))),
            Reading.cache(target.room()),
            true,
            Pace.FREE,
            DEADLINE);
    for (int attempt = 1; ; attempt++) {
      Answer answer =
          target
              .duplicity()
              .run(
                  target.access(),
                  target.room(),
                  job,
                  far -> listener.accept(Statistics.restored(far)));
      switch (answer) {
        case Answer.Done _ -> {
          return new Copied.Done(Contents.NONE);
        }
        case Answer.Not(Trouble trouble, String sentence) -> {
          if (trouble == Trouble.CopyDamaged) {
            target.room().damaged(set.chain());
          }
          if (trouble != Trouble.Interrupted || attempt == ATTEMPTS) {
            return new Copied.Not(trouble, sentence);
          }
        }
      }
    }
  }
}
