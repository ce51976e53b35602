package io.homecloud.storage.pool;

import io.homecloud.storage.Compression;
import java.nio.file.Path;
import java.util.List;

/**
 * How a pool is to be mounted.
 *
 * @param devices every member that is there; others are not looked for
 * @param compression of volumes that name none
 * @param degraded mount although members are missing
 */
public record PoolMount(
    PoolId id,
    List<Path> devices,
    Path target,
    Compression compression,
    Access access,
    boolean degraded) {
  /** What is to be done with it. */
  public enum Access {
    WRITE,
    READ,

    /**
     * To read without a byte being written to the disks: what was synced last before a power cut
     * may not be seen, since the kernel does not replay its log.
     */
    LOOK
  }

  public PoolMount {
    devices = List.copyOf(devices);
    if (!target.isAbsolute()) {
      throw new IllegalArgumentException("not absolute: " + target);
    }
  }

  public boolean readOnly() {
    return access != Access.WRITE;
  }
}
