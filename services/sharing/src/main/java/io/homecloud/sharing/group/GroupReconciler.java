package io.homecloud.sharing.group;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.PosixIds;
import java.time.Clock;
import java.util.List;

/** Gives groups their number. */
public final class GroupReconciler implements Reconciler<GroupSpec, GroupStatus> {
  private final PosixIds ids;
  private final Runnable changed;
  private final Clock clock;

  /**
   * @param changed called when servers have to know of it
   */
  public GroupReconciler(PosixIds ids, Runnable changed, Clock clock) {
    this.ids = ids;
    this.changed = changed;
    this.clock = clock;
  }

  @Override
  public Kind<GroupSpec, GroupStatus> kind() {
    return SharingKinds.GROUP;
  }

  @Override
  public boolean anywhere() {
    return true;
  }

  @Override
  public Outcome<GroupStatus> reconcile(Resource<GroupSpec, GroupStatus> group) {
    if (group.deleting()) {
      changed.run();
      return new Outcome.Gone<>(List.of());
    }
    long generation = group.metadata().generation();
    GroupStatus status =
        new GroupStatus(
            ids.of(group.uid()),
            generation,
            new Conditions(group.conditions(), generation, clock).ready().build());
    changed.run();
    return new Outcome.Settled<>(status, List.of());
  }
}
