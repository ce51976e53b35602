package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Protocol;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a share was found to be at the end of a pass.
 *
 * @param ports where the servers of its protocols listen
 * @param failed servers that do not serve it, with a sentence
 * @param unused protocols by which nobody can use it, and why
 */
record ShareVerdict(
    UUID uid,
    long generation,
    boolean deleting,
    State state,
    Map<Protocol, Integer> ports,
    Map<Protocol, String> failed,
    Map<Protocol, ShareLine.Lack> unused) {
  ShareVerdict {
    ports = Map.copyOf(ports);
    failed = Map.copyOf(failed);
    unused = Map.copyOf(unused);
  }

  sealed interface State {
    record Served(UUID volume, String directory, List<ShareLine.Lack> lacking) implements State {}

    /**
     * @param volume null when it is not known
     * @param released whether nothing of the volume is held
     * @param soon whether to look again soon
     */
    record NotServed(
        String reason, String sentence, @Nullable UUID volume, boolean released, boolean soon)
        implements State {}

    /** Nothing of it is left. */
    record Gone() implements State {}
  }
}
