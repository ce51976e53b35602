package io.homecloud.storage.catalogue;

import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/**
 * Reads all schedules of a catalogue in a process with little memory, as an adoption does: some
 * hundred are held at a time. Argument: where the pool is mounted.
 */
public final class ReadingProcess {
  private static final int HELD = 500;

  private ReadingProcess() {}

  @SuppressWarnings("SystemOut") // the answer of a program
  public static void main(String[] arguments) {
    MountedPool pool = new MountedPool(new PoolId(new UUID(1, 1)), Path.of(arguments[0]));
    Findings findings = new Findings();
    Deque<Noted<?>> held = new ArrayDeque<>();
    try (CatalogueReader reader =
        new CatalogueReader(pool, Wishes.JSON, Clock.systemUTC(), findings)) {
      reader.each(
          StorageKinds.SCHEDULE,
          uid ->
              reader
                  .read(StorageKinds.SCHEDULE, uid)
                  .ifPresent(note -> {
                    held.add(note);
                    if (held.size() > HELD) {
                      held.remove();
                    }
                  }));
    }
    System.out.println("read, findings: " + findings.count() + " " + findings.sentences().size());
  }
}
