package io.homecloud.backup.verify;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What came of restoring.
 *
 * @param at when it was restored
 * @param all whether it was everything that the newest run has, but for what {@code leftOut} says
 * @param files how many were restored and compared
 * @param bytes of these
 * @param unknown how many of them could be read, but nobody knows any more what they were: not told
 *     when they were copied, and changed in the volume since
 * @param wrong how many are not what they were, or cannot be read
 * @param examples the paths of some of these
 * @param damaged the files that this proof or one before has found wrong and that have not been
 *     right since, up to 100; each next proof looks at them first, as long as their runs are there
 * @param leftOut what was to be restored and did not fit, and where more would; absent when all did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanProof")
public record Proof(
    Instant at,
    boolean all,
    long files,
    long bytes,
    long unknown,
    long wrong,
    List<String> examples,
    List<Damaged> damaged,
    @Nullable String leftOut) {
  public Proof {
    examples = examples == null ? List.of() : List.copyOf(examples);
    damaged = damaged == null ? List.of() : List.copyOf(damaged);
  }

  /** How many files are known not to be what they were. */
  public long knownWrong() {
    return Math.max(wrong, damaged.size());
  }

  /** The same, at another time. */
  Proof at(Instant other) {
    return new Proof(other, all, files, bytes, unknown, wrong, examples, damaged, leftOut);
  }
}
