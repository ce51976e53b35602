package io.homecloud.sharing.group;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.PosixIds;

/** Groups, assembled. */
public final class GroupFeature {
  private final GroupReconciler reconciler;
  private final GroupAdmission admission;
  private final ResourceApi<GroupSpec, GroupStatus> api;

  /**
   * @param changed called when servers have to know of it
   */
  public GroupFeature(ControlPlane plane, PosixIds ids, Runnable changed) {
    this.reconciler = new GroupReconciler(ids, changed, plane.clock());
    this.admission = new GroupAdmission(plane.resources(), plane.node());
    this.api =
        new ResourceApi<>(
            SharingKinds.GROUP, SharingKinds.API + "/groups", admission, plane.room());
  }

  public GroupReconciler reconciler() {
    return reconciler;
  }

  /**
   * Holds a wish to the rules.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  public void check(Name name, GroupSpec spec) {
    var _ = admission.create(name, spec);
  }

  public ResourceApi<GroupSpec, GroupStatus> api() {
    return api;
  }
}
