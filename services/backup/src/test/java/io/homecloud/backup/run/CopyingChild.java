package io.homecloud.backup.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.homecloud.backup.btrfs.BtrfsTrees;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Rights;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.Name;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Copies a directory into a repository, as the service does, in a process that may be killed. */
final class CopyingChild {
  static final UUID INSTALLATION = UUID.fromString("018f3f7e-0000-4000-8000-000000000001");
  static final Name PLAN = new Name("nightly");
  static final Name VOLUME = new Name("photos");

  private CopyingChild() {}

  /** Arguments: repository, source, a directory of its own, time of the run. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("copying");
    RunJob.Ended ended =
        copy(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Path.of(arguments[2]),
            Instant.parse(arguments[3]));
    System.out.println(ended);
  }

  static Trees trees(Path root) {
    MarkFiles marks =
        new MarkFiles(
            new ObjectMapper()
                .findAndRegisterModules()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));
    RepositoryDirectory directory =
        new RepositoryDirectory(BtrfsTrees.orLinks(new LocalHost()), marks, () -> Instant.MAX);
    Opened opened = directory.open(root);
    if (opened instanceof Opened.Empty) {
      opened = directory.initialise(root, UUID.randomUUID(), INSTALLATION, Instant.now());
    }
    if (opened instanceof Opened.Here(Trees trees)) {
      return trees;
    }
    throw new AssertionError(opened.toString());
  }

  static RunJob.Ended copy(Path root, Path source, Path own, Instant at) throws IOException {
    Trees trees = trees(root);
    PlanTrees plan = trees.plan(INSTALLATION, PLAN);
    TreePlace place = plan.place(TreePlace.stamp(at));
    UUID run = new UUID(at.toEpochMilli(), 1);
    RunJob.Order order =
        new RunJob.Order(
            run.toString(),
            List.of(new Source(VOLUME, null, null, null)),
            Map.of(
                VOLUME,
                new Taken(
                    new Volume(new UUID(0, 1), new Name("home"), source, Rights.NONE), source)),
            trees,
            plan,
            place,
            _ -> new Since.Answer.Doubt("There is no storage here."),
            Look.CHANGES,
            Pace.FREE);
    return new RunJob(
            new Rsync(new LocalHost()),
            own,
            uid -> new io.homecloud.backup.search.SumFile(own.resolve(uid.toString())))
        .run(
            order,
            _ -> {},
            contents ->
                new RunMark(
                    RunMark.FORMAT,
                    run,
                    new Name("nightly-1"),
                    PLAN,
                    INSTALLATION,
                    "testnode",
                    at,
                    at,
                    List.of(new RunMark.Origin(VOLUME, new UUID(0, 1), "", null, null)),
                    contents));
  }
}
