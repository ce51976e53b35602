package io.homecloud.storage.disk;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.ImportFinding;
import io.homecloud.storage.files.ImportReport;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Imports the files of a disk into a volume; after a crash it goes on with what is missing. */
final class ImportTask implements TaskHandler {
  static final String ACTION = "import";

  /** At the start of the service volumes come into place a moment after tasks are taken up. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** As files that come by HTTP. */
  private static final int FILE_MODE = 0660;

  private static final int DIRECTORY_MODE = 0770;

  private final ControlPlane plane;
  private final DiskImport imports;
  private final Mounts mounts = new Mounts();

  ImportTask(ControlPlane plane, DiskImport imports) {
    this.plane = plane;
    this.imports = imports;
  }

  /**
   * What to import.
   *
   * @param path of the directory in the volume, percent-encoded
   */
  record Parameters(String disk, @Nullable String partition, String path) {}

  /**
   * What is answered of an import.
   *
   * @param findings what was not imported and why, the first thousand
   */
  record Report(long files, long bytes, long skipped, long notImported, List<String> findings) {}

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    UUID uid = Objects.requireNonNull(task.resource()).uid();
    Parameters parameters = read(task.parameters());
    Optional<Resource<VolumeSpec, VolumeStatus>> volume = awaited(uid, progress);
    if (progress.cancelled()) {
      return new TaskResult.Stopped();
    }
    if (volume.isEmpty()) {
      return new TaskResult.CouldNot(
          "The volume is not in place now; repeat the import when it is, it skips what was copied.");
    }
    Owner owner = Optional.ofNullable(volume.get().spec().owner()).orElse(Owner.ROOT);
    Outcome<ImportReport> outcome =
        imports.run(
            new DiskImport.Request(
                new DiskId(parameters.disk()),
                Optional.ofNullable(parameters.partition()),
                mountOf(volume.get()).orElseThrow(),
                StorageProblem.require(FilePath.parse(parameters.path())),
                new FileOwner(owner.uid(), owner.gid(), FILE_MODE, DIRECTORY_MODE)),
            progress);
    return switch (outcome) {
      case Outcome.Done<ImportReport>(ImportReport report) ->
          new TaskResult.Done(answer(report), List.of());
      case Outcome.Refused<ImportReport>(Refusal why) when why.error() == StorageError.CANCELLED ->
          new TaskResult.Stopped();
      case Outcome.Refused<ImportReport>(Refusal why) -> new TaskResult.CouldNot(why.sentence());
    };
  }

  private Optional<Resource<VolumeSpec, VolumeStatus>> awaited(UUID uid, TaskProgress progress) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var volume = plane.resources().find(StorageKinds.VOLUME, uid);
      if (volume.isEmpty() || mountOf(volume.get()).filter(this::mounted).isPresent()) {
        return volume;
      }
      if (progress.cancelled() || System.nanoTime() > end) {
        return Optional.empty();
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  /** That it was in place says nothing after the machine has started anew. */
  private boolean mounted(Path place) {
    return mounts.list().stream().anyMatch(mount -> mount.mountPoint().equals(place.toString()));
  }

  /** Where a volume is that files can be put into. */
  static Optional<Path> mountOf(Resource<VolumeSpec, VolumeStatus> volume) {
    return Optional.ofNullable(volume.status())
        .filter(_ -> volume.ready() && !volume.deleting())
        .map(VolumeStatus::mountPath)
        .map(Path::of);
  }

  private static Report answer(ImportReport report) {
    return new Report(
        report.files(),
        report.bytes(),
        report.skipped(),
        report.notImported(),
        report.findings().stream().map(ImportFinding::sentence).toList());
  }

  private Parameters read(String text) {
    try {
      return plane.json().readValue(text, Parameters.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable parameters of a task", e);
    }
  }
}
