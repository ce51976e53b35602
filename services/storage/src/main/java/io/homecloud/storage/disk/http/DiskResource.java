package io.homecloud.storage.disk.http;

import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.disk.Disk;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;

/** What disks this node has; never the one that the system runs on. */
@Path(StorageKinds.API + "/disks")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class DiskResource {
  private final StorageControl control;

  DiskResource(StorageControl control) {
    this.control = control;
  }

  /** A page of the disks of this node that homecloud may use. */
  @GET
  public Page<DiskView> list(@BeanParam Asked asked) {
    int limit = asked.limit();
    String after = asked.position();
    List<DiskView> disks =
        control.node().disks().scan().stream()
            .filter(Disk::offered)
            .map(disk -> DiskView.of(disk, control.plane().node()))
            .filter(disk -> disk.id().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    return Page.of(disks, limit, DiskView::id);
  }

  /** One disk. */
  @GET
  @Path("{id}")
  public DiskView get(@PathParam("id") String id) {
    return control
        .node()
        .disks()
        .find(id)
        .filter(Disk::offered)
        .map(disk -> DiskView.of(disk, control.plane().node()))
        .orElseThrow(() ->
            StorageProblem.DISK_NOT_FOUND.because(
                "There is no such disk on node " + control.plane().node() + "."));
  }
}
