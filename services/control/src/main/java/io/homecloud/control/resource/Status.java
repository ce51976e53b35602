package io.homecloud.control.resource;

import java.util.List;

/** What every kind's status record has. */
public interface Status {
  /** The generation that this status speaks of. */
  long observedGeneration();

  List<Condition> conditions();

  /** Whether all that was wished was done, or given up, once and for all. */
  default boolean ended() {
    return false;
  }
}
