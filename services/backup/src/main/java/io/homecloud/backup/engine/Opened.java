package io.homecloud.backup.engine;

/** What was found where a repository should be. */
public sealed interface Opened {
  record Here(Copies copies) implements Opened {}

  /** There is nothing, and nothing in the way. */
  record Empty() implements Opened {}

  /** It cannot be used now, with a sentence. */
  record Not(String reason, String sentence) implements Opened {}
}
