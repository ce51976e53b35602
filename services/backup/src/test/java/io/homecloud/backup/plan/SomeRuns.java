package io.homecloud.backup.plan;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.CopiedVolume;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Complete runs of one plan, without a database. */
final class SomeRuns {
  private SomeRuns() {}

  static Resource<RunSpec, RunStatus> run(
      String name, Instant at, String tree, @Nullable List<CopiedVolume> volumes) {
    return run(name, at, tree, volumes, Contents.NONE);
  }

  static Resource<RunSpec, RunStatus> run(
      String name,
      Instant at,
      String tree,
      @Nullable List<CopiedVolume> volumes,
      Contents contents) {
    Name plan = new Name("nightly");
    return new Resource<>(
        "Run",
        new Metadata(new Name(name), UUID.randomUUID(), 1, 1, Map.of(), at, "test", null),
        "node",
        null,
        new RunSpec(plan, plan, List.of(), at, false, null),
        new RunStatus(
            RunState.Completed, null, contents, null, at, at, tree, volumes, 1, List.of()));
  }
}
