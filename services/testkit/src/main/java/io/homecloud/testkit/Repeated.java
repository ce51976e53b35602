package io.homecloud.testkit;

import java.util.Random;

/**
 * How often a test with chance in it tries, and which chance: {@code -Dhomecloud.test.rounds=} and
 * {@code -Dhomecloud.test.seed=} decide, {@code --soak} tries more often. The seed is printed, so
 * that the same can be had again.
 */
public record Repeated(int rounds, long seed) {
  /**
   * @param usual how often in every test run
   * @param soak how often in a long one
   */
  public static Repeated rounds(int usual, int soak) {
    int unasked = Boolean.getBoolean("homecloud.soak") ? soak : usual;
    Repeated repeated =
        new Repeated(
            Integer.getInteger("homecloud.test.rounds", unasked),
            Long.getLong("homecloud.test.seed", System.nanoTime()));
    System.out.println("the seed is " + repeated.seed() + ", rounds " + repeated.rounds());
    return repeated;
  }

  public Random random() {
    return new Random(seed);
  }
}
