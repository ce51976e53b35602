package io.homecloud.storage.disk.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk as it is answered.
 *
 * @param path where it is now; another disk may be there tomorrow
 * @param content for people: what is on it
 * @param poolUid the btrfs that it is a member of, whether homecloud made it or not
 * @param obstacles why it cannot be taken for a pool as it is, by word; empty for a blank and
 *     unused one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskView(
    String id,
    String node,
    String path,
    Quantity size,
    String model,
    String serial,
    String transport,
    boolean rotational,
    boolean removable,
    boolean readOnly,
    String content,
    @Nullable UUID poolUid,
    List<String> mountPoints,
    List<String> obstacles) {

  static DiskView of(Disk disk, String node) {
    return new DiskView(
        disk.id().value(),
        node,
        disk.node().toString(),
        new Quantity(disk.size()),
        disk.model(),
        disk.serial(),
        disk.transport().name().toLowerCase(Locale.ROOT),
        disk.rotational(),
        disk.removable(),
        disk.readOnly(),
        disk.content().sentence(),
        disk.content() instanceof DiskContent.BtrfsMember(UUID fsid, _, _) ? fsid : null,
        disk.use().mountPoints(),
        disk.obstacles().stream()
            .map(obstacle -> obstacle.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList());
  }
}
