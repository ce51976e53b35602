package io.homecloud.storage.snapshot;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
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

/** The HTTP door to snapshots. */
@Path(StorageKinds.API + "/snapshots")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SnapshotResource {
  private final SnapshotFeature feature;

  SnapshotResource(StorageControl control) {
    this.feature = control.snapshotFeature();
  }

  /**
   * A page of all, or of those of one volume.
   *
   * @param volume its name
   */
  @GET
  public Page<Resource<SnapshotSpec, SnapshotStatus>> list(
      @BeanParam Asked asked, @QueryParam("volume") @Nullable String volume) {
    return feature.api().list(asked, Optional.ofNullable(volume).map(feature::volume));
  }

  @GET
  @Path("{name}")
  public Response get(@PathParam("name") Name name) {
    return feature.api().get(name);
  }

  @POST
  public Response create(@BeanParam Asked asked, String body) {
    return feature.api().create(asked, body);
  }

  @PUT
  @Path("{name}")
  public Response replace(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.api().replace(asked, name, body);
  }

  @PATCH
  @Path("{name}")
  public Response patch(@BeanParam Asked asked, @PathParam("name") Name name, String body) {
    return feature.api().patch(asked, name, body);
  }

  @DELETE
  @Path("{name}")
  public Response delete(@BeanParam Asked asked, @PathParam("name") Name name) {
    return feature.api().delete(asked, name);
  }
}
