package io.homecloud.sharing.share;

import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The shares of who asks. */
@Path(SharingKinds.API + "/me/shares")
@RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
@RunOnVirtualThread
public class MemberShareResource {
  private final ShareFeature feature;

  MemberShareResource(SharingControl control) {
    this.feature = control.shareFeature();
  }

  /** Shares that the account may read and that are not hidden: name, URLs and what it may do. */
  @GET
  public Page<MemberShare> list(@BeanParam Asked asked) {
    return Page.upTo(feature.of(asked.subject()), null);
  }
}
