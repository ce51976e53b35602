package io.homecloud.control.wish;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Without anything around it a service keeps its wishes itself. */
public final class Alone {
  @Produces
  @Singleton
  @DefaultBean
  Outside outside() {
    return Outside.NOTHING;
  }
}
