package io.homecloud.control.resource;

import java.time.Instant;

/**
 * One aspect of a resource's state, as in Kubernetes.
 *
 * @param type {@code Ready}, {@code Degraded}, …
 * @param status whether it is so
 * @param reason one CamelCase word for programs
 * @param message a sentence for people, empty when there is nothing to say
 * @param lastTransitionTime when the status last changed
 * @param observedGeneration the generation of the wish that it speaks of
 */
public record Condition(
    String type,
    Truth status,
    String reason,
    String message,
    Instant lastTransitionTime,
    long observedGeneration) {
  /** The type that says whether what was asked for is there. */
  public static final String READY = "Ready";

  /** That it was not made but came with the disks that it is on, and what was wrong with it. */
  public static final String ADOPTED = "Adopted";

  /** A condition's three values, written as Kubernetes writes them. */
  public enum Truth {
    True,
    False,
    Unknown
  }
}
