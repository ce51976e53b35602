package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.ServedShare;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of one share when its directory was to be put in place. */
sealed interface ShareLine {
  /**
   * It can be served.
   *
   * @param directory what is there: volume and path
   * @param lacking sentences about what was wished and is not there
   */
  record Servable(ServedShare share, UUID volume, String directory, List<Lack> lacking)
      implements ShareLine {
    public Servable {
      lacking = List.copyOf(lacking);
    }

    /** Whether any of that may be there soon. */
    boolean soon() {
      return lacking.stream().anyMatch(Lack::soon);
    }
  }

  /**
   * Something that was wished and is not there, though the rest is.
   *
   * @param soon whether it may be there soon without anybody telling
   */
  record Lack(String reason, String sentence, boolean soon) {
    Lack(String reason, String sentence) {
      this(reason, sentence, false);
    }
  }

  /**
   * It cannot be served.
   *
   * @param volume null when it is not known
   * @param soon whether it may be otherwise soon without anybody telling
   */
  record Not(String reason, String sentence, @Nullable UUID volume, boolean soon)
      implements ShareLine {}

  /** It is on its way out. */
  record Going() implements ShareLine {}
}
