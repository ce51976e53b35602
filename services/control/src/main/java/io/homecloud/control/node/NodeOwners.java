package io.homecloud.control.node;

import java.util.Optional;

/** Says for one service what has to be done on which node; each service has one as a bean. */
public interface NodeOwners {
  /** Whether requests for this path are the service's. */
  boolean knows(String path);

  /** The instances of the service. */
  Nodes nodes();

  /**
   * Whose host the request needs; empty for what rows alone decide and tell, which any instance
   * does, and for what is not there.
   */
  Optional<Owner> owner(Wanted wanted);

  /** Whether every node has to do it by itself: what is no row. */
  default boolean everywhere(Wanted wanted) {
    return false;
  }
}
