package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.OnDrive;
import io.homecloud.backup.engine.Summing;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryLock;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sets at a target. A copy is called by two times: of the full copy that it builds on, and its
 * own. A chain of such copies is deleted as a whole.
 */
final class DuplicityCopies implements OnDrive {
  private static final Duration MISSED = Duration.ofSeconds(10);

  private final Target target;
  private final UUID identity;
  private final Origins origins;
  private final Pins pins;
  private final Duration fullEvery;
  private final int volumeSize;
  private final ObjectMapper json;
  private final MarkFiles marks;
  private final Clock clock;

  DuplicityCopies(
      Target target,
      UUID identity,
      Name repository,
      Duration fullEvery,
      int volumeSize,
      ObjectMapper json,
      Clock clock) {
    this.target = target;
    this.identity = identity;
    this.marks = new MarkFiles(json);
    this.origins = new Origins(target, marks, identity, repository);
    this.pins = new Pins(target, json);
    this.fullEvery = fullEvery;
    this.volumeSize = volumeSize;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public UUID identity() {
    return identity;
  }

  @Override
  public String sharing() {
    return "chains";
  }

  @Override
  public OptionalLong freeBytes() throws IOException {
    Optional<Path> directory = target.access().url().directory();
    return directory.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Files.getFileStore(directory.get()).getUsableSpace());
  }

  @Override
  public List<FoundCopy> found() throws IOException {
    List<BackupSet> sets = target.seen().sets();
    Map<Instant, RunMark> known = origins.of(sets);
    List<FoundCopy> found = new ArrayList<>();
    for (BackupSet set : sets) {
      if (target.isBegun(set.at())) {
        // All of it is there, and perhaps not on the disk.
        continue;
      }
      found.add(
          new FoundCopy(
              set.copy(),
              set.at(),
              Objects.requireNonNull(known.get(set.at())),
              pins.has(set.at())));
    }
    return found;
  }

  @Override
  public Locked lock(Holder holder) throws IOException {
    // Before anything is written: the disk may be unplugged, or another one be there.
    TargetFiles there = target.look();
    if (!there.names().contains(TargetMark.FILE)) {
      throw new EngineTrouble(
          Trouble.RepositoryAway, "What was at " + target.access().url().url() + " is not there.");
    }
    // A full copy is made without reading another, with whatever passphrase.
    target.proveKey(there);
    Optional<Path> directory = target.access().url().directory();
    if (directory.isEmpty()) {
      return RemoteLock.take(target, holder, json, clock);
    }
    return switch (RepositoryLock.take(directory.get().resolve(".lock"), holder, marks)) {
      case RepositoryLock.Asked.Taken(RepositoryLock lock) -> new Locked.Taken(lock::close);
      case RepositoryLock.Asked.Held(String sentence) -> new Locked.Held(sentence);
    };
  }

  @Override
  public CopyInMaking copy(UUID installation, Name plan, Instant at) throws IOException {
    List<BackupSet> sets = target.seen().sets();
    Optional<Instant> made =
        sets.stream().filter(set -> set.at().equals(at)).map(BackupSet::chain).findFirst();
    Optional<Instant> chain =
        (made.isPresent() ? made : lastOf(installation, sets))
            .filter(full -> full.plus(fullEvery).isAfter(at));
    return new SetInMaking(
        target,
        origins,
        target.room().sources().resolve(installation.toString()).resolve(plan.value()),
        chain.orElse(at),
        at,
        volumeSize);
  }

  /**
   * The last chain, if all of it is ours: a part of another's could never be deleted. Of one that
   * is damaged every later copy would be too.
   */
  private Optional<Instant> lastOf(UUID installation, List<BackupSet> sets) throws IOException {
    if (sets.isEmpty()) {
      return Optional.empty();
    }
    Instant chain = sets.getLast().chain();
    if (target.room().isDamaged(chain)) {
      return Optional.empty();
    }
    Map<Instant, RunMark> made = origins.of(sets);
    return sets.stream()
            .filter(set -> set.chain().equals(chain))
            .map(set -> Objects.requireNonNull(made.get(set.at())))
            .allMatch(mark -> mark.installation().equals(installation))
        ? Optional.of(chain)
        : Optional.empty();
  }

  @Override
  public boolean hasBegun(UUID installation, Name plan, Instant at) throws IOException {
    TargetFiles there = target.seen();
    return there.at(at).isPresent() || there.unfinished().contains(at);
  }

  /** A repository has the copies of one plan. */
  @Override
  public Optional<Instant> newest(UUID installation, Name plan) throws IOException {
    return target.seen().newest();
  }

  private @Nullable BackupSet set(String copy) throws IOException {
    BackupSet seen = of(target.seen(), copy);
    // Another node may have made it since: that it is not there is believed for a moment only.
    return seen == null && target.age() > MISSED.toNanos() ? of(target.look(), copy) : seen;
  }

  private static @Nullable BackupSet of(TargetFiles files, String copy) {
    return files.sets().stream().filter(set -> set.copy().equals(copy)).findFirst().orElse(null);
  }

  private BackupSet required(String copy) throws IOException {
    BackupSet set = set(copy);
    if (set == null) {
      throw new EngineTrouble(
          Trouble.SourceGone, "The copy is not at the target any more, or not whole.");
    }
    return set;
  }

  @Override
  public boolean has(String copy) throws IOException {
    return set(copy) != null;
  }

  /**
   * Deletes its whole chain: a part of one is worth nothing.
   *
   * @throws EngineTrouble while one of the chain is pinned
   */
  @Override
  public void delete(String copy) throws IOException {
    String chain = copy.substring(0, copy.indexOf('/') + 1);
    List<BackupSet> sets =
        target.look().sets().stream().filter(set -> set.copy().startsWith(chain)).toList();
    for (BackupSet set : sets) {
      if (pins.has(set.at())) {
        throw new EngineTrouble(
            Trouble.TargetBusy,
            "The copy of " + set.at() + ", of the same chain, is pinned there.");
      }
    }
    if (!sets.isEmpty()) {
      // The newest first: whatever ends this, what is left is a chain.
      target.delete(
          List.of(), sets.reversed().stream().flatMap(set -> set.files().stream()).toList());
    }
  }

  @Override
  public OptionalLong pinned(String copy) throws IOException {
    BackupSet set = set(copy);
    return set == null ? OptionalLong.empty() : pins.wish(set.at());
  }

  @Override
  public void pin(String copy, OptionalLong wish) throws IOException {
    BackupSet set = set(copy);
    if (set != null) {
      pins.set(set.at(), wish);
    }
  }

  @Override
  public CopyFiles files(String copy) throws IOException {
    BackupSet set = required(copy);
    return new SetFiles(new Index(target).of(set), paths(set), new Restoring(target, set));
  }

  private SetPaths paths(BackupSet set) throws IOException {
    return new SetPaths(
        origins
            .known(set.at())
            .filter(mark -> mark.installation().equals(Origins.BY_HAND))
            .isPresent());
  }

  @Override
  public Optional<Path> tree(String copy) {
    return Optional.empty();
  }

  @Override
  public Copied bring(Bringing order, Consumer<CopyProgress> listener) throws IOException {
    BackupSet set = required(order.copy());
    Restoring restoring = new Restoring(target, set);
    RelativePath volume = RelativePath.of(order.volume().value().getBytes(StandardCharsets.UTF_8));
    Path directory = target.room().job();
    Path seen = Files.createDirectory(directory.resolve("into"));
    try {
      CopyProgress done = CopyProgress.NONE;
      for (RelativePath path : outermost(order.paths())) {
        RelativePath inSet = paths(set).inSet(volume.resolve(path));
        Summing sum = new Summing(done, listener, false);
        if (restoring.into(inSet, order.into(), seen, path, sum) instanceof Copied.Not not) {
          if (not.trouble() == Trouble.CopyFailed) {
            // Nobody knows why: it need not be the copy.
            throw new EngineTrouble(Trouble.CopyFailed, not.sentence());
          }
          return not;
        }
        done = sum.last();
      }
      return new Copied.Done(Contents.NONE);
    } finally {
      Room.removeIfPossible(directory);
    }
  }

  /** A path that another one contains is brought with that. */
  private static List<RelativePath> outermost(List<RelativePath> paths) {
    return paths.stream()
        .distinct()
        .filter(
            path -> paths.stream().noneMatch(other -> !other.equals(path) && other.contains(path)))
        .toList();
  }
}
