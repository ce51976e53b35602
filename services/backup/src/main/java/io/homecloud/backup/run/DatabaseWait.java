package io.homecloud.backup.run;

import io.homecloud.backup.engine.Pause;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.events.database.ServiceDatabase;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What was copied is not forgotten because the database is away just then. */
public final class DatabaseWait {
  private static final Logger LOG = Logger.getLogger(DatabaseWait.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private DatabaseWait() {}

  /** Repeats the work until the database is there, or until the service stops. */
  public static <T> T insisting(TaskProgress progress, Supplier<T> work) {
    boolean told = false;
    while (true) {
      try {
        return work.get();
      } catch (RuntimeException e) {
        if (!ServiceDatabase.isAway(e) || progress.cancelled()) {
          throw e;
        }
        if (!told) {
          LOG.warnf("a job waits for the database: %s", e.getMessage());
          told = true;
        }
        Pause.of(PAUSE);
      }
    }
  }
}
