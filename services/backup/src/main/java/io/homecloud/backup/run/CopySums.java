package io.homecloud.backup.run;

import io.homecloud.host.path.RelativePath;
import java.util.UUID;

/** Who keeps the checksums of what a run copies. */
@FunctionalInterface
public interface CopySums {
  Open of(UUID run);

  /** Takes them, one after another. */
  interface Open extends AutoCloseable {
    /**
     * @param path with the volume first
     */
    void add(RelativePath path, byte[] sum);

    @Override
    void close();
  }
}
