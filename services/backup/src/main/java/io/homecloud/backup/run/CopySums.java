package io.homecloud.backup.run;

import io.homecloud.backup.change.Touched;
import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.rsync.RsyncSums;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Who is told what a run copies, and its checksums. */
@FunctionalInterface
public interface CopySums {
  Open of(UUID run);

  /** Takes them, one after another. */
  interface Open extends AutoCloseable {
    /**
     * @param path with the volume first
     */
    void add(RelativePath path, FileSum sum);

    /**
     * The copy is as another one but there.
     *
     * @param base the run whose copy it was made of
     */
    void since(UUID base, Touched touched);

    /** For what is told of a volume by the paths in it. */
    default RsyncSums.Listener of(Name volume) {
      RelativePath top = RelativePath.of(volume.value().getBytes(StandardCharsets.UTF_8));
      return (path, sum) -> add(top.resolve(path), sum);
    }

    @Override
    void close();
  }
}
