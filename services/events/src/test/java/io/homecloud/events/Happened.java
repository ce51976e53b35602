package io.homecloud.events;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A fact for tests. */
@EventName("thing.happened.v1")
public record Happened(UUID uid, int number, @Nullable String text) implements Fact {
  public Happened(UUID uid, int number) {
    this(uid, number, null);
  }
}
