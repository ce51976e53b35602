package io.homecloud.sharing.account;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.leaving.Belongings;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The HTTP door to accounts. */
@Path(SharingKinds.API + "/accounts")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class AccountResource {
  private final ResourceApi<AccountSpec, AccountStatus> accounts;
  private final Belongings belongings;

  AccountResource(SharingControl control) {
    this.accounts = control.people().accounts();
    this.belongings = control.people().belongings();
  }

  @GET
  public Page<Resource<AccountSpec, AccountStatus>> list(@BeanParam Asked asked) {
    return accounts.list(asked, Optional.empty());
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return accounts.get(name);
  }

  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return accounts.create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return accounts.replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return accounts.patch(asked, name, body);
  }

  /**
   * Takes an account away. When it has anything, somebody has to decide what becomes of that;
   * without a decision the answer names it. Where it is signed in it is not any more.
   *
   * @param files {@code keep}: files stay where they are, directories of its own included; rules of
   *     shares that name it, and guest links that it made, go
   */
  @DELETE
  @Path("{name}")
  public Response delete(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @QueryParam("files") @Nullable String files) {
    var _ = accounts.require(name);
    belongings.requireDecision(name, files);
    return accounts.delete(asked, name);
  }
}
