package io.homecloud.control.wish;

import java.time.Instant;
import java.util.Map;

/**
 * Secrets that each node keeps in files of its own, and of which all nodes are to have the ones
 * that were set last. Their keys are letters, digits and {@code -._}.
 */
public interface NodeSecrets {
  /**
   * One of them.
   *
   * @param set when it was set; a later one goes before
   * @param content in one line
   */
  record Dated(Instant set, String content) {
    @Override
    public String toString() {
      return "Dated[" + set + ", not shown]";
    }
  }

  /** What is here and other nodes are to know. */
  Map<String, Dated> here();

  /**
   * Takes what others have set later than what is here. What cannot be used is passed over; called
   * for the same again and again.
   */
  void take(Map<String, Dated> theirs);
}
