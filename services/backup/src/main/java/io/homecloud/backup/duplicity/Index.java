package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.run.PrivateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is in copies, as duplicity's signatures tell; kept for a few copies. */
final class Index {
  private static final Duration DEADLINE = Duration.ofHours(6);
  private static final int KEPT = 20;

  private final Target target;

  Index(Target target) {
    this.target = target;
  }

  /** The index of a copy, made when there is none. */
  IndexFile of(BackupSet set) throws IOException {
    Path directory = target.room().index();
    Path file = directory.resolve(Stamp.of(set.at()));
    if (!Files.exists(file)) {
      PrivateDirectory.make(directory);
      make(set, file);
      forgetOld(directory);
    }
    return new IndexFile(file);
  }

  private void make(BackupSet set, Path file) throws IOException {
    Path next = file.resolveSibling("next-" + UUID.randomUUID());
    Job job =
        new Job(
            "list",
            "list-current-files",
            List.of("--time", set.at().toString()),
            List.of(),
            List.of(),
            List.of(),
            Map.of("into", next.toString()),
            Reading.cache(target.room()),
            true,
            Pace.FREE,
            DEADLINE);
    try {
      if (target.duplicity().run(target.access(), target.room(), job, _ -> {})
          instanceof Answer.Not(var trouble, String sentence)) {
        throw new EngineTrouble(trouble, sentence);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private static void forgetOld(Path directory) throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(all::add);
    }
    record Aged(Path file, FileTime time) {}
    List<Aged> aged = new ArrayList<>();
    for (Path file : all) {
      aged.add(new Aged(file, Files.getLastModifiedTime(file)));
    }
    aged.sort(Comparator.comparing(Aged::time).reversed());
    for (Aged old : aged.subList(Math.min(KEPT, aged.size()), aged.size())) {
      Files.deleteIfExists(old.file());
    }
  }
}
