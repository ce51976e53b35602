package io.homecloud.events;

import java.util.UUID;

/**
 * What happened, in the past tense: the data of an event. Implemented by records that carry {@link
 * EventName}.
 */
public interface Fact {
  /** The identity of what it happened to; events of one subject arrive in order. */
  UUID uid();

  /** The CloudEvents type, for example {@code io.homecloud.volume.created.v1}. */
  static String typeOf(Class<? extends Fact> fact) {
    EventName name = fact.getAnnotation(EventName.class);
    if (name == null) {
      throw new IllegalStateException(fact.getName() + " has no @EventName");
    }
    return "io.homecloud." + name.value();
  }
}
