package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.TaskProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Which disks a run reads and writes, as far as that is known before it begins. */
final class RunDisks {
  private static final Logger LOG = Logger.getLogger(RunDisks.class);

  private final ResourceStore store;
  private final StorageVolumes storage;

  RunDisks(ResourceStore store, StorageVolumes storage) {
    this.store = store;
    this.storage = storage;
  }

  List<String> of(Resource<RunSpec, RunStatus> run) {
    List<String> disks = new ArrayList<>();
    run.spec().sources().stream()
        .map(Source::volume)
        .distinct()
        .flatMap(volume -> pool(volume).stream())
        .map(pool -> "pool:" + pool)
        .forEach(disks::add);
    store
        .find(BackupKinds.REPOSITORY, run.spec().repository())
        .map(repository -> target(repository.spec().url()))
        .ifPresent(disks::addAll);
    return disks;
  }

  /** For a while; before it answers, drives and volumes would be taken for gone. */
  void awaitStorage(Resource<RunSpec, RunStatus> run, TaskProgress progress) {
    Name volume = run.spec().sources().getFirst().volume();
    try {
      boolean _ = StorageWait.insisting(progress, () -> storage.has(volume));
    } catch (Away e) {
      LOG.debugf("run %s: %s", run.name(), e.getMessage());
    }
  }

  private Optional<Name> pool(Name volume) {
    try {
      return storage.volume(volume) instanceof Said.Yes<Volume>(Volume found)
          ? Optional.of(found.pool())
          : Optional.empty();
    } catch (Away e) {
      return Optional.empty();
    }
  }

  private static List<String> target(String url) {
    if (DriveUrl.is(url)) {
      return DriveUrl.parse(url).drives().stream().map(drive -> "drive:" + drive).toList();
    }
    if (url.startsWith("ssh:")) {
      return List.of(url);
    }
    if (url.startsWith("file:")) {
      try {
        return List.of(
            "device:" + Files.getAttribute(Path.of(URI.create(url).getPath()), "unix:dev"));
      } catch (IOException | IllegalArgumentException e) {
        return List.of();
      }
    }
    return List.of();
  }
}
