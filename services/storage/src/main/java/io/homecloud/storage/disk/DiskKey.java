package io.homecloud.storage.disk;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The identity that events of a disk carry; the same each time it is plugged into the node. */
public final class DiskKey {
  private DiskKey() {}

  /** Of a disk by its id; an image of the same path is another disk on another node. */
  public static UUID of(String node, String id) {
    return UUID.nameUUIDFromBytes(("disk/" + node + "/" + id).getBytes(StandardCharsets.UTF_8));
  }
}
