package io.homecloud.backup.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.Looked;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a run.
 *
 * @param progress while it copies, about once a second
 * @param contents of the copy, when it is complete
 * @param looked how it was found out what had to be copied, when it is complete
 * @param tree the copy's directory in the repository
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunStatus(
    RunState state,
    @Nullable Progress progress,
    @Nullable Contents contents,
    @Nullable Looked looked,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable String tree,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public RunStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /**
   * How far a copy is.
   *
   * @param filesChecked how many files were looked at
   * @param filesKnown how many there are as far as was looked, which grows
   * @param filesCopied how many had changed and are copied
   * @param bytesPerSecond of what is copied, on the whole
   */
  @Schema(name = "CopyProgress")
  public record Progress(
      long filesChecked, long filesKnown, long filesCopied, long bytesCopied, long bytesPerSecond) {
    /** What rsync tells, so many milliseconds after it began. */
    public static Progress of(CopyProgress now, long millis) {
      return new Progress(
          now.checked(),
          now.known(),
          now.filesCopied(),
          now.bytesCopied(),
          now.bytesCopied() * 1000 / Math.max(1, millis));
    }
  }
}
