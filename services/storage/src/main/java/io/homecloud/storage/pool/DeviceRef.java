package io.homecloud.storage.pool;

import java.nio.file.Path;

/** A member of a pool: by its number where the disk is gone. */
public sealed interface DeviceRef {
  record ByPath(Path path) implements DeviceRef {}

  record ById(long deviceId) implements DeviceRef {}
}
