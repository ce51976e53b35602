package io.homecloud.backup.run;

import io.homecloud.backup.change.Change;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.source.InstallationVolume;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageChanges;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What changed since the copy that a run begins with was made. */
final class SinceLastRun {
  private final Runs runs;
  private final StorageChanges storage;

  SinceLastRun(Runs runs, StorageChanges storage) {
    this.runs = runs;
    this.storage = storage;
  }

  Since of(Resource<RunSpec, RunStatus> run, Map<Name, Taken> taken) {
    return before -> since(before, run, taken);
  }

  private Since.Answer since(
      RunMark before, Resource<RunSpec, RunStatus> run, Map<Name, Taken> taken) {
    Optional<Resource<RunSpec, RunStatus>> last = runs.find(before.uid());
    if (last.isEmpty()) {
      return new Since.Answer.Doubt("Nobody knows any more which snapshot the copy before is of.");
    }
    if (!last.get().spec().sources().equals(run.spec().sources())) {
      return new Since.Answer.Doubt("The plan's sources are others than at the copy before.");
    }
    Map<Name, List<Change>> changes = new HashMap<>();
    for (RunMark.Origin origin : before.sources()) {
      Name volume = origin.volume();
      Taken now = taken.get(volume);
      if (now == null || !now.volume().uid().equals(origin.volumeUid())) {
        return new Since.Answer.Doubt(
            "Volume " + volume + " is another one than at the copy before.");
      }
      if (changes.containsKey(volume)) {
        continue;
      }
      if (volume.equals(Source.DUMPS)) {
        changes.put(volume, dumps(run.spec()));
        continue;
      }
      if (InstallationVolume.is(volume)) {
        changes.put(volume, InstallationVolume.CHANGES);
        continue;
      }
      try {
        switch (storage.between(
            RunSnapshots.name(last.get(), volume), RunSnapshots.name(run, volume))) {
          case Said.Yes<List<Change>>(List<Change> all) -> changes.put(volume, all);
          case Said.No<List<Change>>(String sentence) -> {
            return new Since.Answer.Doubt(sentence);
          }
        }
      } catch (Away e) {
        return new Since.Answer.Doubt("Storage does not say what has changed.");
      }
    }
    return new Since.Answer.Known(changes);
  }

  /** Dumps are made anew for each run, under the names that its sources tell. */
  private static List<Change> dumps(RunSpec spec) {
    return spec.sources().stream()
        .filter(source -> source.volume().equals(Source.DUMPS))
        .flatMap(source -> source.included().stream())
        .map(name -> RelativePath.of(name.getBytes(StandardCharsets.UTF_8)))
        .map(path -> new Change(Change.Kind.CHANGED, path, path, false, true))
        .toList();
  }
}
