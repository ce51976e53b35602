package io.homecloud.backup.restore;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.ask.Away;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Which restores may be wished for. */
final class RestoreAdmission implements Admission<RestoreSpec, RestoreStatus> {
  private static final int MOST_PATHS = 10_000;

  private final ResourceStore store;
  private final RunFiles files;
  private final StorageVolumes storage;
  private final Nodes nodes;

  RestoreAdmission(ResourceStore store, RunFiles files, StorageVolumes storage, Nodes nodes) {
    this.nodes = nodes;
    this.store = store;
    this.files = files;
    this.storage = storage;
  }

  @Override
  public Admitted<RestoreSpec> create(Name name, RestoreSpec spec) {
    if (spec.run() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.run is missing.");
    }
    if (spec.paths() != null && spec.paths().size() > MOST_PATHS) {
      throw BackupProblem.PATH_INVALID.because(
          "A restore has up to 10000 paths; restore a directory, or several times.");
    }
    Resource<RunSpec, RunStatus> run =
        store
            .find(BackupKinds.RUN, spec.run())
            .orElseThrow(() ->
                BackupProblem.RUN_NOT_FOUND.because("There is no run called " + spec.run() + "."));
    if (!run.node().equals(nodes.own())) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "Its copies are read on node " + run.node() + ".");
    }
    Wanted wanted = Wanted.of(spec, run.spec());
    requireThere(run, wanted);
    checkTarget(spec.target());
    requireSameNode(run, spec, wanted.target());
    if (spec.target() == null || spec.target().newVolume() == null) {
      requireInPlace(wanted.target());
    } else {
      requireFree(wanted.target());
    }
    return new Admitted<>(spec, run.node(), run.uid());
  }

  /** Whatever has become of its run and its target. */
  @Override
  public Admitted<RestoreSpec> ended(Name name, RestoreSpec spec) {
    Optional<Resource<RunSpec, RunStatus>> run =
        Optional.ofNullable(spec.run()).flatMap(of -> store.find(BackupKinds.RUN, of));
    return new Admitted<>(
        spec, run.map(Resource::node).orElse(nodes.own()), run.map(Resource::uid).orElse(null));
  }

  private void requireThere(Resource<RunSpec, RunStatus> run, Wanted wanted) {
    try (CopyFiles copy = files.copy(run).files()) {
      Map<RelativePath, CopyFiles.Entry> there = copy.entries(wanted.inTree());
      for (RelativePath path : wanted.inTree()) {
        CopyFiles.Entry entry = there.get(path);
        // A disk of elsewhere may have anything in place of a volume.
        boolean top = path.parent().isTop();
        if (entry == null || (top && entry.type() != FileType.DIRECTORY)) {
          throw BackupProblem.FILE_NOT_FOUND.because(
              "Run " + run.name() + " has no " + path + ", or only by a link.");
        }
      }
    } catch (EngineTrouble e) {
      throw BackupProblem.REPOSITORY_AWAY.because(e.sentence());
    } catch (IOException e) {
      throw BackupProblem.REPOSITORY_AWAY.because("The copy cannot be read now.");
    }
  }

  private static void checkTarget(RestoreSpec.@org.jspecify.annotations.Nullable Target target) {
    if (target == null) {
      return;
    }
    RestoreSpec.NewVolume fresh = target.newVolume();
    if (fresh != null
        && (target.volume() != null || fresh.name() == null || fresh.pool() == null)) {
      throw BackupProblem.TARGET_REFUSED.because(
          "spec.target has either a volume or a newVolume with a name and a pool.");
    }
  }

  /** Files come back where the copy is read: on the node of the volumes that it is of. */
  private void requireSameNode(Resource<RunSpec, RunStatus> run, RestoreSpec spec, Name volume) {
    if (nodes.alone()) {
      return;
    }
    RestoreSpec.NewVolume fresh = spec.target() == null ? null : spec.target().newVolume();
    try {
      (fresh == null ? storage.nodeOf(volume) : storage.nodeOfPool(fresh.pool()))
          .filter(node -> !node.equals(run.node()))
          .ifPresent(node -> {
            throw BackupProblem.TARGET_REFUSED.because(
                "The copy is read on node %s and cannot be put on node %s; restore it into a volume of node %s, and move it from there."
                    .formatted(run.node(), node, run.node()));
          });
    } catch (Away e) {
      throw BackupProblem.STORAGE_AWAY.because(
          "Storage does not answer, so nobody can say on which node the target is.");
    }
  }

  private void requireInPlace(Name volume) {
    try {
      if (storage.volume(volume) instanceof Said.No<Volume>(String sentence)) {
        throw BackupProblem.VOLUME_NOT_FOUND.because(sentence);
      }
    } catch (Away e) {
      throw BackupProblem.STORAGE_AWAY.because(
          "Storage does not answer, so nobody can say whether volume " + volume + " is there.");
    }
  }

  private void requireFree(Name volume) {
    try {
      if (storage.has(volume)) {
        throw CommonProblem.NAME_TAKEN.because(
            "There is a volume called "
                + volume
                + " already; give newVolume another name, or restore into it with target.volume.");
      }
    } catch (Away e) {
      throw BackupProblem.STORAGE_AWAY.because(
          "Storage does not answer, so nobody can say whether volume " + volume + " is there.");
    }
  }

  @Override
  public RestoreSpec change(Resource<RestoreSpec, RestoreStatus> before, RestoreSpec wished) {
    if (!wished.equals(before.spec())) {
      throw CommonProblem.FIELD_IMMUTABLE.because("Make another restore instead.");
    }
    return wished;
  }

  @Override
  public void delete(Resource<RestoreSpec, RestoreStatus> restore) {
    if (restore.status() == null || !restore.status().state().ended()) {
      throw BackupProblem.RESTORE_UNDER_WAY.because(
          "Restore " + restore.name() + " is under way; cancel it and wait for its end.");
    }
  }
}
