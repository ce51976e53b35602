package io.homecloud.backup.change;

import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import java.util.List;
import java.util.Map;

/** Knows what has changed since an earlier copy of the same sources. */
@FunctionalInterface
public interface Since {
  /**
   * Asks for it.
   *
   * @param before the copy that is begun with
   */
  Answer copy(RunMark before);

  /** What is known. */
  sealed interface Answer {
    /** By volume. */
    record Known(Map<Name, List<Change>> changes) implements Answer {}

    /** Not enough; a sentence. */
    record Doubt(String sentence) implements Answer {}
  }
}
