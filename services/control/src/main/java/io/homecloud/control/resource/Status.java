package io.homecloud.control.resource;

import java.util.List;

/** What every kind's status record has. */
public interface Status {
  /** The generation that this status speaks of. */
  long observedGeneration();

  List<Condition> conditions();
}
