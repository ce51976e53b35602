package io.homecloud.storage.files.http;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Roles;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.VolumeFiles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The files of snapshots, for reading. */
@Path(StorageKinds.API + "/snapshots/{snapshot}/files")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class SnapshotFileResource {
  private final StorageControl control;
  private final FileDoor door;

  SnapshotFileResource(StorageControl control) {
    this.control = control;
    this.door = new FileDoor(control);
  }

  @GET
  @Path("{path:.*}")
  public Response get(
      @BeanParam Asked asked,
      @PathParam("snapshot") Name snapshot,
      @Context UriInfo uri,
      @HeaderParam("Range") @Nullable String range) {
    return door.get(
        snapshot(snapshot),
        asked,
        VolumeFileResource.encoded(uri),
        uri.getQueryParameters().containsKey("zip"),
        range,
        snapshot.value());
  }

  private Supplier<VolumeFiles> snapshot(Name name) {
    return () -> {
      var snapshot = control.snapshotFeature().api().require(name);
      String path = snapshot.status() == null ? null : snapshot.status().path();
      if (path == null) {
        throw StorageProblem.SNAPSHOT_NOT_FOUND.because(
            "Snapshot " + name + " has not been taken yet.");
      }
      return StorageProblem.require(
          VolumeFiles.open(
              java.nio.file.Path.of(path),
              new FileOwner(
                  0, 0, VolumeFileResource.FILE_MODE, VolumeFileResource.DIRECTORY_MODE)));
    };
  }
}
