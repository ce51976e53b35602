package io.homecloud.backup.rsync;

import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.run.RunJob;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.Trees;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A tree that is made, or complete already. */
final class TreeInMaking implements CopyInMaking {
  private final Trees trees;
  private final PlanTrees plan;
  private final TreePlace place;
  private final RunJob job;

  TreeInMaking(Trees trees, PlanTrees plan, String stamp, RunJob job) {
    this.trees = trees;
    this.plan = plan;
    this.place = plan.place(stamp);
    this.job = job;
  }

  @Override
  public String copy() {
    return trees.path(place);
  }

  @Override
  public Optional<RunMark> complete() throws IOException {
    return plan.complete(place);
  }

  @Override
  public void settle() throws IOException {
    plan.settle();
  }

  @Override
  public Made make(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    return switch (job.run(
        new RunJob.Order(
            order.id(),
            order.sources(),
            order.snapshots(),
            trees,
            plan,
            place,
            order.since(),
            order.look(),
            order.pace()),
        listener,
        mark)) {
      case RunJob.Ended.Complete(RunMark complete) -> new Made.Complete(complete);
      case RunJob.Ended.Not(var trouble, String sentence) -> new Made.Not(trouble, sentence);
    };
  }

  @Override
  public void giveUp() throws IOException {
    plan.giveUp();
  }
}
