package io.homecloud.control.wish;

import io.homecloud.control.ControlPlane;

/** What may be around the services and keep their wishes. */
public interface Outside {
  /** Who keeps the wishes of a service; asked once, while the service is being assembled. */
  WishKeeper keeper(ControlPlane plane);
}
