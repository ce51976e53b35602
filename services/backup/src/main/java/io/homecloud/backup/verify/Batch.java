package io.homecloud.backup.verify;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies.Bringing;
import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.run.Floor;
import io.homecloud.backup.run.Interrupting;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.search.StoredFiles.Stored;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.path.RelativePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Some files of one volume of one run: restored, and their checksums compared with those that were
 * told when they were copied. Of what nobody told (duplicity does not), with the file in the
 * volume, when that has not changed since.
 */
final class Batch {
  private static final long SECOND = 1_000_000_000;

  /** Somebody else fills the disk when there is no room again and again. */
  private static final int MOST_TOO_MUCH = 32;

  private final RunFiles files;
  private final Rsync rsync;
  private final StorageVolumes storage;
  private final TreeSharing removal;
  private final Path scratch;
  private final Floor floor;
  private final boolean whole;
  private @Nullable Whole there;
  private int tooMuch;

  /**
   * @param whole whether a volume is restored at once, for all batches of it
   */
  Batch(
      RunFiles files,
      Rsync rsync,
      StorageVolumes storage,
      TreeSharing removal,
      Path scratch,
      Floor floor,
      boolean whole) {
    this.floor = floor;
    this.files = files;
    this.rsync = rsync;
    this.storage = storage;
    this.removal = removal;
    this.scratch = scratch;
    this.whole = whole;
  }

  /** It could not be tried, and why. */
  static final class NotTried extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTried(String sentence) {
      super(sentence);
    }
  }

  /** A volume of a run that is there as a whole. */
  private record Whole(UUID run, Name volume) {}

  /** Fewer at a time when there is no room for all; one that is larger than that is left out. */
  void prove(Resource<RunSpec, RunStatus> run, Name volume, List<Stored> some, Tally tally)
      throws IOException {
    try {
      proveAtOnce(run, volume, some, tally);
    } catch (NoRoom e) {
      free();
      if (whole || ++tooMuch > MOST_TOO_MUCH) {
        throw new NotTried(
            "There is no room to restore into: of what is free on the disk of the scratch directory half is used at most.");
      }
      if (some.size() > 1) {
        int half = some.size() / 2;
        prove(run, volume, some.subList(0, half), tally);
        prove(run, volume, some.subList(half, some.size()), tally);
      } else {
        tally.tooLarge(some.getFirst());
      }
    }
  }

  private void free() throws IOException {
    removal.remove(scratch.resolve("files"));
    try (BeneathTree place = BeneathTree.of(scratch)) {
      // btrfs counts it as used until then.
      long _ = FileCalls.syncFileSystem(place.top().number());
    }
  }

  /** It was given up before the disk was full. */
  private static final class NoRoom extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private void proveAtOnce(
      Resource<RunSpec, RunStatus> run, Name volume, List<Stored> some, Tally tally)
      throws IOException, NoRoom {
    Path into = scratch.resolve("files");
    Map<RelativePath, Stored> wanted = new HashMap<>();
    int prefix = volume.value().length() + 1;
    for (Stored file : some) {
      byte[] path = file.path().bytes();
      wanted.put(RelativePath.of(path, prefix, path.length), file);
    }
    List<RelativePath> paths = List.copyOf(wanted.keySet());
    Whole all = new Whole(run.uid(), volume);
    boolean tried = true;
    if (!whole) {
      tried = bring(run, volume, paths, into) || some.size() == 1;
    } else if (!all.equals(there)) {
      boolean _ = bring(run, volume, List.of(RelativePath.TOP), into);
      there = all;
    }
    Map<RelativePath, FileSum> sums = sums(into, paths);
    Map<RelativePath, Stored> untold = new HashMap<>();
    List<Stored> alone = new ArrayList<>();
    for (Map.Entry<RelativePath, Stored> one : wanted.entrySet()) {
      FileSum now = sums.get(one.getKey());
      FileSum told = one.getValue().sum();
      if (now == null && !tried) {
        alone.add(one.getValue());
      } else if (now == null) {
        tally.wrong(one.getValue());
      } else if (told == null) {
        untold.put(one.getKey(), one.getValue());
      } else if (now.equals(told)) {
        tally.proven(one.getValue());
      } else {
        tally.wrong(one.getValue());
      }
    }
    againstTheVolume(run.spec().at(), volume, untold, sums, tally);
    if (!whole) {
      removal.remove(into);
    }
    // What is wrong with one may have kept the others from being brought.
    for (Stored one : alone) {
      prove(run, volume, List.of(one), tally);
    }
  }

  /** Whether all were brought; otherwise something is wrong with files of the copy. */
  private boolean bring(
      Resource<RunSpec, RunStatus> run, Name volume, List<RelativePath> paths, Path into)
      throws IOException, NoRoom {
    removal.remove(into);
    Files.createDirectory(into);
    RunFiles.Whole copy = files.copy(run);
    Bringing order =
        new Bringing("proof-" + scratch.getFileName(), copy.copy(), volume, paths, into);
    if (bring(copy, order) instanceof Copied.Not(Trouble trouble, String sentence)) {
      boolean ofTheFiles =
          trouble == Trouble.CopyFailed
              || trouble == Trouble.CopyDamaged
              || trouble == Trouble.SourceGone;
      if (!ofTheFiles) {
        throw new NotTried(sentence);
      }
      return false;
    }
    return true;
  }

  private Copied bring(RunFiles.Whole copy, Bringing order) throws IOException, NoRoom {
    Interrupting watch = floor.watch();
    try (watch) {
      Copied copied = copy.copies().bring(order, _ -> {});
      boolean full = copied instanceof Copied.Not not && not.trouble() == Trouble.TargetFull;
      if (!watch.happened() && !full) {
        return copied;
      }
    } catch (CancellationException e) {
      if (!watch.happened()) {
        throw e;
      }
    } catch (IOException e) {
      if (!watch.happened()) {
        throw e;
      }
    }
    throw new NoRoom();
  }

  private void againstTheVolume(
      Instant at,
      Name volume,
      Map<RelativePath, Stored> untold,
      Map<RelativePath, FileSum> restored,
      Tally tally)
      throws IOException {
    if (untold.isEmpty()) {
      return;
    }
    Optional<Path> mounted = mounted(volume);
    Map<RelativePath, FileSum> source = new HashMap<>();
    if (mounted.isPresent()) {
      List<RelativePath> unchanged = new ArrayList<>();
      for (RelativePath path : untold.keySet()) {
        if (isUnchanged(mounted.get(), path, untold.get(path), at)) {
          unchanged.add(path);
        }
      }
      source.putAll(sums(mounted.get(), unchanged));
      // While it was read somebody may have written to it.
      source.keySet().removeIf(path -> !isUnchanged(mounted.get(), path, untold.get(path), at));
    }
    for (Map.Entry<RelativePath, Stored> one : untold.entrySet()) {
      FileSum expected = source.get(one.getKey());
      if (expected == null) {
        tally.unknown(one.getValue());
      } else if (expected.equals(restored.get(one.getKey()))) {
        tally.proven(one.getValue());
      } else {
        tally.wrong(one.getValue());
      }
    }
  }

  private Optional<Path> mounted(Name volume) {
    try {
      return storage.volume(volume) instanceof Said.Yes<Volume>(Volume there)
          ? Optional.of(there.mounted())
          : Optional.empty();
    } catch (Away e) {
      return Optional.empty();
    }
  }

  private static boolean isUnchanged(
      Path volume, RelativePath path, @Nullable Stored stored, Instant at) {
    try (BeneathTree tree = BeneathTree.of(volume)) {
      Optional<FileStatus> now = tree.status(path);
      return stored != null && now.isPresent() && isUnchanged(now.get(), stored, at);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUnchanged(FileStatus now, Stored stored, Instant at) {
    if (now.size() == stored.size() && now.modified() == stored.modified()) {
      return true;
    }
    // Without a size, and with whole seconds, as duplicity has it: then nothing of it changed
    // since.
    return stored.size() == 0
        && Math.floorDiv(now.modified(), SECOND) == Math.floorDiv(stored.modified(), SECOND)
        && now.changedAt().isBefore(at);
  }

  private Map<RelativePath, FileSum> sums(Path directory, List<RelativePath> paths)
      throws IOException {
    Map<RelativePath, FileSum> sums = new HashMap<>();
    if (paths.isEmpty()) {
      return sums;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (RelativePath path : paths) {
      lines.writeBytes(path.bytes());
      lines.write(0);
    }
    Path list = scratch.resolve("list");
    Files.write(list, lines.toByteArray());
    rsync.sums(directory, list, sums::put);
    return sums;
  }

  /** The volume that the path of a stored file begins with. */
  static Name volume(RelativePath path) {
    byte[] bytes = path.bytes();
    int slash = 0;
    while (slash < bytes.length && bytes[slash] != '/') {
      slash++;
    }
    return new Name(new String(bytes, 0, slash, StandardCharsets.UTF_8));
  }
}
