package io.homecloud.storage.disk.http;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.task.Task;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskFeature;
import io.homecloud.storage.disk.DiskNote;
import io.homecloud.storage.disk.DiskView;
import io.homecloud.storage.disk.Unplugging;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** The disks of this node; never the one that the system runs on. */
@Path(StorageKinds.API + "/disks")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class DiskResource {
  private final StorageControl control;

  DiskResource(StorageControl control) {
    this.control = control;
  }

  /**
   * Where to import to.
   *
   * @param path of a directory in the volume, percent-encoded name by name; made when it is not
   *     there; the volume itself when absent
   * @param partition the kernel's name, when there are several to choose from
   */
  @Schema
  record Import(@Nullable Name volume, @Nullable String path, @Nullable String partition) {}

  /**
   * A disk that was made safe to remove.
   *
   * @param unplug {@code now} or {@code after-power-off}
   */
  public record Ejected(String id, String unplug) {}

  /** All disks as last seen: none is woken for it. */
  @GET
  public Page<DiskView> list(@BeanParam Asked asked) {
    int limit = asked.limit();
    String after = asked.position();
    Map<String, String> labels = asked.labels();
    List<DiskView> disks =
        feature().views().stream()
            .filter(disk -> disk.labels().entrySet().containsAll(labels.entrySet()))
            .filter(disk -> disk.id().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    return Page.of(disks, limit, DiskView::id);
  }

  /** One disk, looked at now. */
  @GET
  @Path("{id}")
  public DiskView get(@PathParam("id") String id) {
    return feature().view(feature().actions().require(id));
  }

  /**
   * Changes what people noted of the disk, by a JSON merge patch (RFC 7396) of its displayName and
   * labels; answers with the disk. It is kept while the disk is unplugged.
   */
  @PATCH
  @Path("{id}")
  @RequestBodySchema(DiskNote.class)
  public DiskView patch(@BeanParam Asked asked, @PathParam("id") String id, String body) {
    Disk disk = feature().actions().require(id);
    feature()
        .note(
            disk,
            note -> Bodies.patched(control.plane().json(), note, body, DiskNote.class),
            asked.subject());
    return feature().view(disk);
  }

  /** Asks the disk for its health now; answers with the disk. */
  @POST
  @Path("{id}/check")
  public DiskView check(@PathParam("id") String id) {
    Disk disk = feature().actions().require(id);
    feature().checkUp(disk);
    return feature().view(disk);
  }

  /**
   * Makes it safe to remove: 200 when it is, 409 naming who uses it. It can be repeated and takes
   * no Idempotency-Key: nothing on the disk is changed by it, and a disk that has gone is answered
   * 404.
   */
  @POST
  @Path("{id}/eject")
  public Ejected eject(@PathParam("id") String id) {
    String known = feature().actions().require(id).id().value();
    Unplugging unplugging = feature().actions().eject(id);
    return new Ejected(known, unplugging.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** Copies its files into a volume; the disk stays as it is. */
  @POST
  @Path("{id}/import")
  @RequestBodySchema(Import.class)
  @APIResponseSchema(
      value = Task.class,
      responseCode = "202",
      responseDescription = "Begun; follow the task.")
  public Response importInto(@BeanParam Asked asked, @PathParam("id") String id, String body) {
    Import wish = Bodies.parse(control.plane().json(), body, Import.class);
    Name volume = wish.volume();
    if (volume == null) {
      throw CommonProblem.BODY_INVALID.because("volume is missing.");
    }
    String path = wish.path() == null ? "" : wish.path();
    Optional<String> partition = Optional.ofNullable(wish.partition());
    return control
        .plane()
        .taskApi()
        .order(
            asked,
            body,
            () -> feature().actions().importInto(id, volume, path, partition, asked.subject()));
  }

  private DiskFeature feature() {
    return control.diskFeature();
  }
}
