package io.homecloud.backup.run;

import java.util.UUID;

/** Whether somebody needs a run to stay. */
@FunctionalInterface
public interface RunUse {
  boolean isRead(UUID run);
}
