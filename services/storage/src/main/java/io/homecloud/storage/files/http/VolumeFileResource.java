package io.homecloud.storage.files.http;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Roles;
import io.homecloud.control.api.Streamed;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.VolumeFiles;
import io.homecloud.storage.volume.Owner;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/**
 * The files of volumes and snapshots. Paths are percent-encoded, name by name, so that no name is
 * lost.
 */
@Path(StorageKinds.API + "/volumes/{volume}/files")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class VolumeFileResource {
  static final int FILE_MODE = 0660;
  static final int DIRECTORY_MODE = 0770;

  private final StorageControl control;
  private final FileDoor door;

  VolumeFileResource(StorageControl control) {
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
      @BeanParam AskedSight sight,
      @PathParam("volume") Name volume,
      @Context UriInfo uri,
      @HeaderParam("Range") @Nullable String range,
      @Context RoutingContext routing) {
    return door.get(
        sight.of(volume(volume)),
        asked,
        encoded(uri),
        uri.getQueryParameters().containsKey("zip"),
        range,
        volume.value(),
        routing);
  }

  /**
   * Uploads a file: its bytes are the body, and the directories above it are there already. With
   * Content-Range a piece of it; what arrived is kept, so that an upload that was cut off goes on.
   * With the Idempotency-Key of the request that made the file, whose answer was lost, it is
   * answered as that was, as long as no other file has taken its place.
   *
   * @param contentRange {@code bytes 0-99/1000} for a piece; with {@code *} for the range, a
   *     question how much is here
   * @param length of the body, as always
   * @param ifMatch only in place of the file with this ETag
   * @param ifNoneMatch {@code *}: only when there is no such file
   * @param upload a UUID of your own, in each piece: else all pieces of a file of that path and
   *     size that one account sends are of one upload
   */
  @PUT
  @Streamed
  @Path("{path:.*}")
  @Consumes(MediaType.WILDCARD)
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.WILDCARD,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponseSchema(
      value = FileDoor.View.class,
      responseCode = "201",
      responseDescription = "The file is there.")
  @APIResponse(
      responseCode = "202",
      description = "The piece is there; the upload goes on at the offset.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = FileDoor.Offset.class)))
  public Response put(
      @BeanParam Asked asked,
      @BeanParam AskedSight sight,
      @PathParam("volume") Name volume,
      @Context UriInfo uri,
      @HeaderParam("Content-Range") @Nullable String contentRange,
      @HeaderParam("Content-Length") @Nullable Long length,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
      @QueryParam("upload") @Nullable String upload,
      @Context HttpServerRequest request) {
    return door.put(
        sight.of(volume(volume)),
        asked,
        encoded(uri),
        new FileDoor.UploadHeaders(
            contentRange, length == null ? -1 : length, ifMatch, ifNoneMatch, upload),
        request);
  }

  /**
   * Makes a directory, or moves a file or directory within the volume, or answers some things in a
   * directory as one zip.
   *
   * @param sight for the zip alone
   */
  @POST
  @Path("{path:.*}")
  @RequestBodySchema(FileDoor.Change.class)
  @APIResponseSchema(
      value = FileDoor.View.class,
      responseCode = "200",
      responseDescription = "It was moved; or the zip.")
  @APIResponse(
      responseCode = "201",
      description = "The directory was made.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = FileDoor.View.class)))
  public Response post(
      @BeanParam AskedSight sight,
      @PathParam("volume") Name volume,
      @Context UriInfo uri,
      String body) {
    return door.post(volume(volume), sight, encoded(uri), volume.value(), body);
  }

  /**
   * Deletes a file or directory; or with Content-Range only what is here of an upload of it that
   * was not finished.
   *
   * @param recursive a directory with everything in it; without, only an empty one
   * @param contentRange {@code bytes *}{@code /1000}: how large the file was to become, or {@code
   *     bytes *}{@code /*} when it was sent without a length
   * @param upload with Content-Range: what its pieces said
   */
  @DELETE
  @Path("{path:.*}")
  @APIResponse(responseCode = "204", description = "It is gone.")
  public Response delete(
      @BeanParam Asked asked,
      @PathParam("volume") Name volume,
      @Context UriInfo uri,
      @QueryParam("recursive") boolean recursive,
      @HeaderParam("Content-Range") @Nullable String contentRange,
      @QueryParam("upload") @Nullable String upload) {
    return door.delete(volume(volume), asked, encoded(uri), recursive, contentRange, upload);
  }

  /**
   * What follows {@code /volumes/<name>/files/}, not decoded: a name may hold bytes that are no
   * text.
   */
  static String encoded(UriInfo uri) {
    String[] parts =
        uri.getRequestUri().getRawPath().substring(StorageKinds.API.length()).split("/", 5);
    return parts.length < 5 ? "" : parts[4];
  }

  private Supplier<VolumeFiles> volume(Name name) {
    return () -> {
      var volume = control.volumeFeature().api().require(name);
      String mounted = volume.status() == null ? null : volume.status().mountPath();
      if (mounted == null || !Conditions.isTrue(volume.conditions(), Condition.READY)) {
        throw notInPlace(name);
      }
      Owner owner = volume.spec().owner() == null ? Owner.ROOT : volume.spec().owner();
      // That it was Ready says nothing of the mount after the machine has started anew.
      return StorageProblem.require(
              VolumeFiles.openMounted(
                  java.nio.file.Path.of(mounted),
                  new FileOwner(owner.uid(), owner.gid(), FILE_MODE, DIRECTORY_MODE)))
          .orElseThrow(() -> notInPlace(name));
    };
  }

  private static RuntimeException notInPlace(Name name) {
    return StorageProblem.VOLUME_NOT_READY.because(
        "Volume " + name + " is not in place now; its conditions say why.");
  }
}
