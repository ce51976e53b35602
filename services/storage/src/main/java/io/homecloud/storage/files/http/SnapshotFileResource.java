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
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
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

  /**
   * A file; or a page of a directory; or a directory as one zip.
   *
   * @param range only these bytes of a file, as RFC 9110 has it: {@code bytes=0-99}
   */
  @GET
  @Path("{path:.*}")
  @Parameter(name = "zip", in = ParameterIn.QUERY, description = "A directory as a zip; no value.")
  @APIResponse(
      responseCode = "200",
      description = "The file, or what is in the directory.",
      content = {
        @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM),
        @Content(mediaType = "application/zip"),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = FileDoor.Listing.class))
      })
  @APIResponse(
      responseCode = "206",
      description = "The bytes that were asked for.",
      content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM))
  public Response get(
      @BeanParam Asked asked,
      @PathParam("snapshot") Name snapshot,
      @Context UriInfo uri,
      @HeaderParam("Range") @Nullable String range,
      @Context RoutingContext routing) {
    return door.get(
        snapshot(snapshot),
        asked,
        VolumeFileResource.encoded(uri),
        uri.getQueryParameters().containsKey("zip"),
        range,
        snapshot.value(),
        routing);
  }

  private Supplier<VolumeFiles> snapshot(Name name) {
    return () -> {
      var snapshot = control.snapshotFeature().api().require(name);
      String path = snapshot.status() == null ? null : snapshot.status().path();
      if (path == null) {
        throw StorageProblem.SNAPSHOT_NOT_READY.because(
            "Snapshot " + name + " has not been taken yet; wait until it is Ready.");
      }
      if (!control.snapshotFeature().inPlace(snapshot)) {
        throw StorageProblem.SNAPSHOT_NOT_READY.because(
            "Snapshot " + name + " is not in place now; the conditions of its pool say why.");
      }
      return StorageProblem.require(
          VolumeFiles.open(
              java.nio.file.Path.of(path),
              new FileOwner(
                  0, 0, VolumeFileResource.FILE_MODE, VolumeFileResource.DIRECTORY_MODE)));
    };
  }
}
