package io.homecloud.storage.disk;

import java.nio.file.Path;

/** Looks what is on a disk or partition. Reads only; a sleeping disk wakes up. */
public interface ContentProbe {
  DiskContent probe(Path node);
}
