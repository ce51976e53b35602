package io.homecloud.storage.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A disk as it is answered.
 *
 * @param uid the key of its events
 * @param displayName what people call it; absent until somebody says so
 * @param labels what people noted of it, kept while it is unplugged
 * @param notedBy the subject who noted a name or label last
 * @param notedAt when that was
 * @param path where it is now; another disk may be there tomorrow
 * @param content for people: what is on it
 * @param fileSystems those on it and on its partitions that have an identity
 * @param poolUid the btrfs that it is a member of, whether homecloud made it or not
 * @param pool the pool of this installation that owns it; without one it can be adopted if it has a
 *     poolUid
 * @param health what it said of its health last; absent before it was asked
 * @param safeToRemove whether it may be unplugged as it is; heldBy says what is in the way
 * @param obstacles why it cannot be taken for a pool as it is, by word; empty for a blank and
 *     unused one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskView(
    String id,
    UUID uid,
    @Nullable String displayName,
    Map<String, String> labels,
    @Nullable String notedBy,
    @Nullable Instant notedAt,
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
    List<Part> partitions,
    List<FileSystemView> fileSystems,
    @Nullable UUID poolUid,
    @Nullable String pool,
    @Nullable Checkup health,
    List<String> mountPoints,
    boolean safeToRemove,
    List<String> heldBy,
    List<String> obstacles,
    List<Condition> conditions) {
  /** A partition and what is on it. */
  public record Part(String name, Quantity size, String content) {}

  static DiskView of(
      Disk disk,
      String node,
      @Nullable Resource<DiskSpec, DiskStatus> known,
      Function<UUID, @Nullable String> poolOf) {
    DiskStatus status = known == null ? null : known.status();
    UUID poolUid = disk.content() instanceof DiskContent.BtrfsMember(UUID fsid, _, _) ? fsid : null;
    String pool = poolUid == null ? null : poolOf.apply(poolUid);
    return new DiskView(
        disk.id().value(),
        DiskKey.of(node, disk.id().value()),
        known == null ? null : known.spec().displayName(),
        known == null ? Map.of() : known.metadata().labels(),
        known == null ? null : known.spec().notedBy(),
        known == null ? null : known.spec().notedAt(),
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
        disk.partitions().stream()
            .map(
                part -> new Part(part.name(), new Quantity(part.size()), part.content().sentence()))
            .toList(),
        FileSystemView.all(disk),
        poolUid,
        pool,
        status == null ? null : status.checkup(),
        disk.use().mountPoints(),
        disk.use().none() && pool == null,
        DiskActions.holders(disk),
        disk.obstacles().stream()
            .map(obstacle -> obstacle.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList(),
        status == null ? List.of() : status.conditions());
  }
}
