package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.backup.Trouble;
import java.util.List;

/** What came of running duplicity. */
sealed interface Answer {
  /**
   * It ended well.
   *
   * @param said what our side of it told, in the order of what it was asked
   */
  record Done(List<JsonNode> said) implements Answer {}

  record Not(Trouble trouble, String sentence) implements Answer {}
}
