package io.homecloud.control.resource;

import io.homecloud.control.resource.Condition.Truth;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the conditions of a new status; the transition time of a status that did not change is
 * kept.
 */
public final class Conditions {
  private final List<Condition> before;
  private final List<Condition> now = new ArrayList<>();
  private final long generation;
  private final Clock clock;

  public Conditions(List<Condition> before, long generation, Clock clock) {
    this.before = before;
    this.generation = generation;
    this.clock = clock;
  }

  /** All of them as they were, where nothing new is known but what is set after this. */
  public Conditions kept() {
    now.addAll(before);
    return this;
  }

  /** One of them as it was, if it was there. */
  public Conditions kept(String type) {
    find(before, type).ifPresent(was -> set(type, was.status(), was.reason(), was.message()));
    return this;
  }

  public Conditions ready() {
    return set(Condition.READY, Truth.True, "Ready", "");
  }

  public Conditions notReady(String reason, String message) {
    return set(Condition.READY, Truth.False, reason, message);
  }

  public Conditions set(String type, Truth status, String reason, String message) {
    Instants instants = new Instants(find(before, type), status);
    now.removeIf(condition -> condition.type().equals(type));
    now.add(new Condition(type, status, reason, message, instants.transition(clock), generation));
    return this;
  }

  public List<Condition> build() {
    return List.copyOf(now);
  }

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  public static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).filter(condition -> condition.status() == Truth.True).isPresent();
  }

  private record Instants(Optional<Condition> before, Truth status) {
    java.time.Instant transition(Clock clock) {
      return before
          .filter(condition -> condition.status() == status)
          .map(Condition::lastTransitionTime)
          .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }
  }
}
