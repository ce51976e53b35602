package io.homecloud.backup.verify;

import io.homecloud.backup.BackupConfig;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.run.DatabaseWait;
import io.homecloud.backup.run.Floor;
import io.homecloud.backup.run.Interrupting;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.search.StoredFiles;
import io.homecloud.backup.search.StoredFiles.Stored;
import io.homecloud.backup.search.StoredFiles.Wanted;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Restores files of a plan's copies into a place of its own, and says whether they are what they
 * were. Killed, it is done again from the beginning.
 */
final class VerifyTask implements TaskHandler {
  static final String ACTION = "verify";

  /** Of the task's parameters: whether everything of the newest run is to be restored. */
  static final String ALL = "all";

  private static final Logger LOG = Logger.getLogger(VerifyTask.class);
  private static final int MOST_IN_BATCH = 5_000;
  private static final int BLOCK = 4096;

  private final ControlPlane plane;
  private final BackupConfig config;
  private final StoredFiles stored;
  private final TreeSharing removal;
  private final Maker batches;
  private final Predicate<Resource<RunSpec, RunStatus>> trees;
  private final Proofs proofs;
  private final Set<UUID> reading = ConcurrentHashMap.newKeySet();

  /** Makes what proves a batch, with a directory of its own. */
  @FunctionalInterface
  interface Maker {
    Batch in(Path scratch, Floor floor, boolean whole);
  }

  /**
   * @param trees whether the copy of a run is a tree that is here
   */
  VerifyTask(
      ControlPlane plane,
      BackupConfig config,
      StoredFiles stored,
      TreeSharing removal,
      Maker batches,
      Predicate<Resource<RunSpec, RunStatus>> trees,
      Proofs proofs) {
    this.plane = plane;
    this.config = config;
    this.stored = stored;
    this.removal = removal;
    this.batches = batches;
    this.trees = trees;
    this.proofs = proofs;
  }

  @Override
  public String action() {
    return ACTION;
  }

  /** Whether files of that run are being restored. */
  boolean reads(UUID run) {
    return reading.contains(run);
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    UUID uid = Objects.requireNonNull(task.resource()).uid();
    Optional<Resource<PlanSpec, PlanStatus>> plan =
        DatabaseWait.insisting(progress, () -> plane.resources().find(BackupKinds.PLAN, uid));
    if (plan.isEmpty()) {
      return new TaskResult.Done(null, List.of());
    }
    try (Interrupting _ = new Interrupting(progress)) {
      Proof proof = prove(plan.get(), isAll(task), progress);
      proofs.tell(uid, proof);
      return new TaskResult.Done(proof, List.of());
    } catch (Batch.NotTried e) {
      return new TaskResult.CouldNot(Objects.requireNonNull(e.getMessage()));
    } catch (ProblemException e) {
      return new TaskResult.CouldNot(e.detail());
    } catch (CancellationException e) {
      return new TaskResult.Stopped();
    } catch (IOException e) {
      if (progress.cancelled()) {
        return new TaskResult.Stopped();
      }
      if (e instanceof EngineTrouble told) {
        return new TaskResult.CouldNot(told.sentence());
      }
      LOG.warnf("copies of %s could not be proven: %s", plan.get().name(), e);
      return new TaskResult.CouldNot(
          "There was no room to restore into, or its disk did not work: " + e.getMessage());
    } finally {
      plane.wake(uid);
    }
  }

  private boolean isAll(Task task) {
    try {
      return plane.json().readTree(task.parameters()).path(ALL).asBoolean();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return false;
    }
  }

  private Proof prove(Resource<PlanSpec, PlanStatus> plan, boolean all, TaskProgress progress)
      throws IOException {
    Path place =
        config
            .scratch()
            .map(directory -> directory.resolve("homecloud-proof"))
            .orElse(config.own().resolve("proof"));
    if (Files.isSymbolicLink(place)) {
      // What it leads to would be swept.
      throw new IOException(place + " is a link");
    }
    PrivateDirectory.make(place);
    sweep(place);
    Path scratch = place.resolve(plan.uid().toString());
    PrivateDirectory.make(scratch);
    try {
      long room = Files.getFileStore(scratch).getUsableSpace() / 2;
      Optional<Resource<RunSpec, RunStatus>> newest =
          stored.newest(plan.spec().repository(), plan.name());
      boolean fits = all && bytes(newest) <= room;
      // Of a tree some files cost what they are; others bring a whole volume of theirs for one.
      boolean everything = fits || (all && newest.filter(trees).isPresent());
      Floor floor = Floor.of(scratch, room);
      List<Damaged> damaged = proofs.damaged(plan, plane.plausibleClock());
      Tally tally = new Tally(damaged);
      // First, and whatever else is looked at: a sample would hardly meet them again.
      Set<Damaged> again =
          proveAgain(
              plan,
              damaged,
              new Collecting(
                  batches.in(scratch, floor, false), room, progress, tally, new HashSet<>()));
      Collecting files =
          new Collecting(batches.in(scratch, floor, fits), room, progress, tally, again);
      VerifySpec spec = plan.spec().verify() == null ? VerifySpec.USUAL : plan.spec().verify();
      if (everything) {
        stored.choose(
            plan.spec().repository(), plan.name(), new Wanted.Newest(), random(), files::add);
      } else {
        List<Stored> some = new ArrayList<>();
        stored.choose(plan.spec().repository(), plan.name(), spec.wanted(), random(), some::add);
        sort(some);
        files.total = tally.files() + some.size();
        for (Stored one : some) {
          files.add(one);
        }
      }
      files.flush();
      if (progress.cancelled()) {
        throw new CancellationException();
      }
      if (tally.files() == 0) {
        throw new Batch.NotTried(
            "There is no copy yet whose files could be restored; after a run it takes a moment.");
      }
      return tally.proof(
          plane.clock().instant().truncatedTo(ChronoUnit.MILLIS),
          everything,
          all && !everything ? tooLarge(bytes(newest), room) : null);
    } finally {
      removal.removeAtTheEnd(scratch);
    }
  }

  /** The files that were looked at. */
  private Set<Damaged> proveAgain(
      Resource<PlanSpec, PlanStatus> plan, List<Damaged> damaged, Collecting files)
      throws IOException {
    Map<RelativePath, Set<Name>> these = new HashMap<>();
    damaged.forEach(file ->
        these
            .computeIfAbsent(EncodedPath.parse(file.path()), _ -> new HashSet<>())
            .add(file.run()));
    List<Stored> found = new ArrayList<>();
    if (!these.isEmpty()) {
      stored.choose(
          plan.spec().repository(), plan.name(), new Wanted.These(these), random(), found::add);
    }
    sort(found);
    Set<Damaged> again = new HashSet<>();
    for (Stored file : found) {
      files.add(file);
      again.add(Damaged.of(file));
    }
    files.flush();
    return again;
  }

  /** Those of one volume of a run are brought together. */
  private static void sort(List<Stored> files) {
    files.sort(Comparator.comparing((Stored one) -> one.run().name()).thenComparing(Stored::path));
  }

  /** Nobody is to guess which files are looked at. */
  private static SecureRandom random() {
    return new SecureRandom();
  }

  /** What a killed one left. One at a time works here. */
  private void sweep(Path place) throws IOException {
    try (var left = Files.list(place)) {
      for (Path one : left.toList()) {
        removal.remove(one);
      }
    }
  }

  private static String tooLarge(long bytes, long room) {
    String size =
        bytes == Long.MAX_VALUE
            ? "nobody knows how large the newest run is"
            : "the newest run has " + bytes + " bytes";
    return "%s, and %d bytes fit where it would be restored; HOMECLOUD_BACKUP_SCRATCH names another place"
        .formatted(size, room);
  }

  private static long bytes(Optional<Resource<RunSpec, RunStatus>> newest) {
    return newest
        .map(run -> Objects.requireNonNull(run.status()).contents())
        // Of a copy that was found at a target nobody knows how large it is.
        .filter(contents -> contents.files() > 0)
        .map(contents -> contents.bytes())
        .orElse(Long.MAX_VALUE);
  }

  /** Puts files together that are of one volume of one run, as many as there is room for. */
  private final class Collecting {
    private final Batch batch;
    private final long room;
    private final TaskProgress progress;
    private final Tally tally;
    private final Set<Damaged> done;
    private final List<Stored> files = new ArrayList<>();
    private long bytes;
    private long total;
    private @Nullable Name volume;

    /**
     * @param done which are proven already
     */
    Collecting(Batch batch, long room, TaskProgress progress, Tally tally, Set<Damaged> done) {
      this.batch = batch;
      this.room = room;
      this.progress = progress;
      this.tally = tally;
      this.done = done;
    }

    void add(Stored file) throws IOException {
      if (!done.isEmpty() && done.contains(Damaged.of(file))) {
        return;
      }
      if (file.size() > room) {
        tally.tooLarge(file);
        return;
      }
      Name its = Batch.volume(file.path());
      boolean together =
          files.isEmpty()
              || (its.equals(volume) && files.getFirst().run().uid().equals(file.run().uid()));
      // Half of it, as the disk needs some for itself, and each file up to a block more.
      long taken = file.size() + BLOCK;
      if (!together || bytes + taken > room / 2 || files.size() >= MOST_IN_BATCH) {
        flush();
      }
      volume = its;
      files.add(file);
      bytes += taken;
    }

    void flush() throws IOException {
      if (files.isEmpty() || volume == null) {
        return;
      }
      if (progress.cancelled()) {
        throw new CancellationException();
      }
      Resource<RunSpec, RunStatus> run = files.getFirst().run();
      reading.add(run.uid());
      try {
        // Since it was chosen it may have gone the way of old runs.
        if (plane
            .resources()
            .find(BackupKinds.RUN, run.uid())
            .filter(now -> !now.deleting() && Runs.complete(now))
            .isPresent()) {
          batch.prove(run, volume, files, tally);
        }
      } finally {
        reading.remove(run.uid());
      }
      files.clear();
      bytes = 0;
      progress.report(tally.files(), total, "files");
    }
  }
}
