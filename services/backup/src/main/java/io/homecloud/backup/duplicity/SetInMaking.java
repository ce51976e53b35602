package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.engine.Pause;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A set that is made, or complete already. duplicity itself goes on with what it has begun. */
final class SetInMaking implements CopyInMaking {
  private static final Logger LOG = Logger.getLogger(SetInMaking.class);
  private static final Duration DEADLINE = Duration.ofDays(30);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 4;

  /** What another duplicity that still copies has to notice that nobody listens any more. */
  private static final int BUSY_ATTEMPTS = 60;

  /** What job.py calls a file that is not whole yet. */
  private static final String PART = "homecloud-part";

  private final Target target;
  private final Origins origins;
  private final Path root;
  private final Instant chain;
  private final Instant at;
  private final int volumeSize;

  /**
   * @param root where duplicity sees the sources
   * @param chain the time of the full copy that it builds on; its own when it is one
   * @param volumeSize of the files at the target, in MB
   */
  SetInMaking(
      Target target, Origins origins, Path root, Instant chain, Instant at, int volumeSize) {
    this.target = target;
    this.origins = origins;
    this.root = root;
    this.chain = chain;
    this.at = at;
    this.volumeSize = volumeSize;
  }

  @Override
  public String copy() {
    return Stamp.of(chain) + "/" + Stamp.of(at);
  }

  @Override
  public Optional<RunMark> complete() throws IOException {
    if (target.seen().at(at).isEmpty()) {
      return Optional.empty();
    }
    if (target.isBegun(at)) {
      if (target.unproven().isPresent()) {
        return Optional.empty();
      }
      // Killed after its last file was written, and before that was on the disk for sure.
      try (BeneathTree disk = disk()) {
        writeOut(disk);
      }
      target.proven();
    }
    return origins.known(at);
  }

  @Override
  public void settle() {
    // Complete is complete.
  }

  @Override
  public Made make(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    for (Source source : order.sources()) {
      Optional<String> missing = missing(order, source);
      if (missing.isPresent()) {
        return new Made.Not(Trouble.SourceGone, missing.get());
      }
    }
    TargetFiles there = target.withoutUnproven();
    Optional<Instant> newest = there.newest();
    if (newest.filter(last -> !last.isBefore(at)).isPresent()) {
      return new Made.Not(
          Trouble.CopyFailed,
          "The newest copy there is of "
              + newest.get()
              + ", later than this run, and duplicity puts no copy before another. Either the clock is behind now, and runs succeed again when it is right; or it was ahead then, and they succeed from "
              + newest.get()
              + " on, or to another repository.");
    }
    if (there.unfinished().stream().anyMatch(time -> !time.equals(at)) || isBegunByAnother()) {
      cleanUp();
    }
    // The kernel tells of what the disk did not take once, and only to whom had it open before.
    try (BeneathTree disk = disk()) {
      target.begin(at);
      origins.know(at, mark.apply(Contents.NONE));
      RunLog.tell(
          "homecloud",
          chain.equals(at)
              ? "A full copy, which begins a chain."
              : "What has changed since the copy before, in the chain of " + chain + ".");
      return switch (persistently(job(order), far -> listener.accept(Statistics.progress(far)))) {
        case Answer.Done(List<JsonNode> said) -> done(disk, Statistics.contents(said), mark);
        case Answer.Not(Trouble trouble, String sentence) -> new Made.Not(trouble, sentence);
      };
    }
  }

  private static Optional<String> missing(Order order, Source source) throws IOException {
    RelativePath path = EncodedPath.parse(source.encodedPath());
    try (BeneathTree snapshot = BeneathTree.of(snapshot(order, source))) {
      return snapshot.status(path).isPresent()
          ? Optional.empty()
          : Optional.of(
              "Volume "
                  + source.volume()
                  + " has no "
                  + EncodedPath.write(path)
                  + ", or only by a link.");
    }
  }

  private static Path snapshot(Order order, Source source) {
    Taken taken = Objects.requireNonNull(order.snapshots().get(source.volume()));
    return taken.path();
  }

  /** What duplicity began at another time has another snapshot's files. */
  private boolean isBegunByAnother() throws IOException {
    Path cache = target.room().cache().resolve(Room.NAME);
    if (!Files.isDirectory(cache)) {
      return false;
    }
    try (var files = Files.list(cache)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.contains(".part") && !name.contains(Stamp.of(at) + "."));
    }
  }

  private Job job(Order order) throws IOException {
    List<Job.Mount> mounts = new ArrayList<>();
    Room.remove(root);
    PrivateDirectory.make(root);
    for (Source source : order.sources()) {
      RelativePath path = EncodedPath.parse(source.encodedPath());
      Path from = snapshot(order, source);
      Path seen = root.resolve(source.volume().value());
      if (!path.isTop()) {
        from = from.resolve(text(path));
        seen = seen.resolve(text(path));
      }
      place(from, seen);
      mounts.add(new Job.Mount(from, seen, false));
    }
    List<String> options =
        new ArrayList<>(
            List.of(
                "--volsize",
                Integer.toString(volumeSize),
                "--allow-source-mismatch",
                "--no-print-statistics",
                "--current-time",
                Long.toString(at.getEpochSecond())));
    options.addAll(Patterns.of(root, order.sources()));
    return new Job(
        "copy",
        chain.equals(at) ? "full" : "incremental",
        options,
        List.of(root.toString()),
        List.of(),
        mounts,
        Map.of("sources", root.toString()),
        _ -> target.room().cache(),
        true,
        order.pace(),
        DEADLINE);
  }

  private static String text(RelativePath path) throws IOException {
    String text = new String(path.bytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!java.util.Arrays.equals(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8), path.bytes())) {
      throw new IOException("a source whose path is not UTF-8 cannot be given to duplicity");
    }
    return text;
  }

  /** What it is mounted on. */
  private static void place(Path from, Path seen) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(seen);
    } else {
      Files.createDirectories(Objects.requireNonNull(seen.getParent()));
      Files.createFile(seen);
    }
  }

  /** It may be killed, or in use for a moment. For a target that is away the run waits. */
  private Answer persistently(Job job, Consumer<JsonNode> told) throws IOException {
    int attempt = 0;
    int busy = 0;
    while (true) {
      Answer answer = target.duplicity().run(target.access(), target.room(), job, told);
      Trouble trouble = answer instanceof Answer.Not not ? not.trouble() : null;
      boolean again = trouble == Trouble.Interrupted && ++attempt < ATTEMPTS;
      boolean waits = trouble == Trouble.TargetBusy && ++busy < BUSY_ATTEMPTS;
      if (!again && !waits) {
        return answer;
      }
      RunLog.tell("homecloud", "duplicity goes on in a moment.");
      Pause.of(PAUSE);
    }
  }

  private Made done(@Nullable BeneathTree disk, Contents contents, Function<Contents, RunMark> mark)
      throws IOException {
    writeOut(disk);
    if (target.unproven().isPresent()) {
      return new Made.Not(
          Trouble.RepositoryAway,
          "Its disk was away while it was copied, so nobody knows whether all of it is there.");
    }
    target.proven();
    if (target.look().at(at).isEmpty()) {
      return new Made.Not(
          Trouble.CopyFailed, "duplicity ended well, but its manifest is not at the target.");
    }
    RunMark complete = mark.apply(contents);
    origins.know(at, complete);
    return new Made.Complete(complete);
  }

  /** What is written to; null when that is no disk of this machine. */
  private @Nullable BeneathTree disk() throws IOException {
    Optional<Path> directory = target.access().url().directory();
    return directory.isPresent() ? BeneathTree.of(directory.get()) : null;
  }

  /** duplicity leaves that to whenever the kernel does it. */
  private void writeOut(@Nullable BeneathTree disk) throws IOException {
    try {
      if (disk != null) {
        disk.writeOut();
      }
    } catch (IOException e) {
      target.lost(at);
      throw e;
    }
  }

  @Override
  public void giveUp() {
    try {
      cleanUp();
    } catch (IOException e) {
      LOG.warnf("what run %s has copied goes with the next one: %s", copy(), e.getMessage());
    }
  }

  private void cleanUp() throws IOException {
    Job job =
        new Job(
            "cleanup",
            "cleanup",
            List.of("--force"),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            _ -> target.room().cache(),
            true,
            Pace.FREE,
            Duration.ofHours(6));
    if (persistently(job, _ -> {}) instanceof Answer.Not(Trouble trouble, String sentence)) {
      throw new EngineTrouble(trouble, sentence);
    }
    if (target.look().names().contains(PART)) {
      target.delete(List.of(PART), List.of());
    }
  }
}
