package io.homecloud.storage.diff;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Roles;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** What leads from a snapshot to another one of its volume, or to the volume as it is now. */
@Path(StorageKinds.API + "/snapshots/{snapshot}/diff")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class DiffResource {
  private final StorageControl control;

  DiffResource(StorageControl control) {
    this.control = control;
  }

  /**
   * A page of changes that lead from a snapshot to another one, or to now; with {@code ?wait=} a
   * long comparison is waited for that long.
   *
   * @param with another snapshot of the volume, or {@code now}
   * @param whom {@code copies}: tell all that brings a copy of the one snapshot to the other, which
   *     is more than people call changes
   */
  @GET
  public DiffPage diff(
      @BeanParam Asked asked,
      @PathParam("snapshot") Name snapshot,
      @QueryParam("with") @Nullable String with,
      @QueryParam("for") @Nullable String whom) {
    return control.diffFeature().comparing().page(snapshot, with, whom, asked);
  }
}
