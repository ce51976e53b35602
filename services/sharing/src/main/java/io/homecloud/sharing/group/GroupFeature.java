package io.homecloud.sharing.group;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.account.PosixIds;

/** Groups, assembled. */
public final class GroupFeature {
  private final GroupReconciler reconciler;
  private final ResourceApi<GroupSpec, GroupStatus> api;

  /**
   * @param changed called when servers have to know of it
   */
  public GroupFeature(ControlPlane plane, PosixIds ids, Runnable changed) {
    this.reconciler = new GroupReconciler(ids, changed, plane.clock());
    this.api =
        new ResourceApi<>(
            SharingKinds.GROUP,
            SharingKinds.API + "/groups",
            new GroupAdmission(plane.resources(), plane.node()),
            plane.room());
  }

  public GroupReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<GroupSpec, GroupStatus> api() {
    return api;
  }
}
