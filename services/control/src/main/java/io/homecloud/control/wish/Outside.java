package io.homecloud.control.wish;

import io.homecloud.control.ControlPlane;
import java.util.Optional;

/** What may be around the services and keep their wishes. */
public interface Outside {
  /** There is nothing. */
  Outside NOTHING = _ -> WishKeeper.NONE;

  /** Who keeps the wishes of a service; asked once, while the service is being assembled. */
  WishKeeper keeper(ControlPlane plane);

  /**
   * A secret that is the same on all nodes: what the first of them had that asked for it.
   *
   * @param name a DNS label
   * @param ours what it is if we are the first
   * @return empty while nobody can say
   */
  default Optional<byte[]> sameOnAllNodes(String name, byte[] ours) {
    return Optional.of(ours);
  }

  /**
   * Keeps secrets of this node and of all others alike.
   *
   * @param name a DNS label
   */
  default SecretsOfAll newestOnAllNodes(String name, NodeSecrets secrets) {
    return SecretsOfAll.NONE;
  }
}
