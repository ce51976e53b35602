package io.homecloud.sharing.serving;

import java.util.List;

/** Makes the servers of this node, one for each protocol; what an installation has of them. */
public interface ShareServers extends AutoCloseable {
  /**
   * @param listener hears of each what happens to it
   */
  List<ShareServer> open(Listeners listener);

  /** What they share ends, after each of them. */
  @Override
  default void close() {}

  /** Gives each server somebody who hears it. */
  @FunctionalInterface
  interface Listeners {
    ServerListener of(Protocol protocol);
  }
}
