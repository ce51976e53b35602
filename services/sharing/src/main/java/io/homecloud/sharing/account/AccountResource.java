package io.homecloud.sharing.account;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.leaving.Decision;
import io.homecloud.sharing.leaving.Leaving;
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
  private final AccountFeature feature;
  private final Leaving leaving;

  AccountResource(SharingControl control) {
    this.accounts = control.people().accounts();
    this.feature = control.people().accountFeature();
    this.leaving = control.leaving();
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
   * without a decision the answer names it. Where it is signed in or connected it is not any more.
   *
   * @param files {@code keep}: they stay where they are, for nobody, and rights of the account go;
   *     {@code trash}: rights go, and the account's own directory goes into the trash, from where
   *     {@code left-homes} brings it back; or {@code give:} and another account, which gets the
   *     rights, and the account's own directory into its own one
   * @param links {@code revoke}: guest links that the account made open nothing any more; or {@code
   *     give:} and another account, whose they are then
   */
  @DELETE
  @Path("{name}")
  public Response delete(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @QueryParam("files") @Nullable String files,
      @QueryParam("links") @Nullable String links) {
    Decision decision = Decision.of(files, links);
    Resource<AccountSpec, AccountStatus> account = accounts.require(name);
    ResourceStore.requireRevision(account, asked.ifMatch());
    feature.checkDeletion(account);
    leaving.decide(account, decision);
    return accounts.delete(asked, name);
  }
}
