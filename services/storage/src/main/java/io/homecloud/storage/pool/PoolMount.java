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
    boolean readOnly,
    boolean degraded) {
  public PoolMount {
    devices = List.copyOf(devices);
    if (!target.isAbsolute()) {
      throw new IllegalArgumentException("not absolute: " + target);
    }
  }
}
