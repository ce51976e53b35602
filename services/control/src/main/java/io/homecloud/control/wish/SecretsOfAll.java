package io.homecloud.control.wish;

/** Brings what is set on one node to all others, for {@link NodeSecrets}. */
public interface SecretsOfAll extends AutoCloseable {
  /** Nobody does. */
  SecretsOfAll NONE = new SecretsOfAll() {};

  /** Begins, and takes what others have; later, when nobody can say now. */
  default void start() {}

  /** What is here may be another; returns at once. */
  default void wake() {}

  /**
   * It is of no use any more, and is to be kept for nobody; absent is fine. Throws when it cannot
   * be removed now.
   */
  default void remove(String key) {}

  @Override
  default void close() {}
}
