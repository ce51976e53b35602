package io.homecloud.storage.adoption;

import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The HTTP door to what could be adopted. */
@Path(StorageKinds.API + "/offers")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class OfferResource {
  private final StorageControl control;

  OfferResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Pools on the disks of this node that are none of this installation, with the names of their
   * volumes: what {@code POST …/pools/adopt} would bring. They are looked at now, and nothing is
   * written to their disks. And pools of this installation with volumes that were let go of, as one
   * is whose custom resource is deleted.
   */
  @GET
  public Page<OfferedPool> list(@BeanParam Asked asked) {
    int limit = asked.limit();
    return Page.of(
        control.adoptionFeature().adoption().offered(asked.position(), limit + 1),
        limit,
        offer -> offer.uid().toString());
  }
}
