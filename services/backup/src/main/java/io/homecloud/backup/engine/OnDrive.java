package io.homecloud.backup.engine;

import io.homecloud.control.Name;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The copies on one drive of a set. */
public interface OnDrive extends Copies {
  /** Whether there is something of a copy of that time, complete or not. */
  boolean hasBegun(UUID installation, Name plan, Instant at) throws IOException;

  /** When the newest complete copy of a plan is of, if there is one and anybody can say when. */
  Optional<Instant> newest(UUID installation, Name plan) throws IOException;
}
