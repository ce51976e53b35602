package io.homecloud.backup.run;

import io.homecloud.backup.rsync.RsyncSums;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
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

    /** For what is told of a volume by the paths in it. */
    default RsyncSums.Listener of(Name volume) {
      RelativePath top = RelativePath.of(volume.value().getBytes(StandardCharsets.UTF_8));
      return (path, sum) -> add(top.resolve(path), sum);
    }

    @Override
    void close();
  }
}
