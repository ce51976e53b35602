package io.homecloud.control;

import io.homecloud.control.schedule.MachineClock;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Gives services the system's clock; a bean of that type elsewhere goes before it. */
public final class SystemClock {
  @Produces
  @Singleton
  @DefaultBean
  Clock clock() {
    return new MachineClock();
  }
}
