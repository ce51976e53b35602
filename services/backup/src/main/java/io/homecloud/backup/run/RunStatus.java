package io.homecloud.backup.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.Looked;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a run.
 *
 * @param progress while it copies, about once a second
 * @param contents of the copy, when it is complete
 * @param looked how it was found out what had to be copied, when it is complete
 * @param tree the copy's directory in the repository
 * @param volumes which volumes were copied, when it is complete; absent in runs of before that was
 *     noted
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
    @Nullable List<CopiedVolume> volumes,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public RunStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    volumes = volumes == null ? null : List.copyOf(volumes);
  }

  /** Of a run whose copy is not complete. */
  public RunStatus(
      RunState state,
      @Nullable Progress progress,
      @Nullable Contents contents,
      @Nullable Looked looked,
      @Nullable Instant startedAt,
      @Nullable Instant completedAt,
      @Nullable String tree,
      long observedGeneration,
      List<Condition> conditions) {
    this(
        state,
        progress,
        contents,
        looked,
        startedAt,
        completedAt,
        tree,
        null,
        observedGeneration,
        conditions);
  }

  /** A volume as it was copied: one that is made anew under an old name is another one. */
  public record CopiedVolume(Name name, UUID uid) {}

  /**
   * How far a copy is.
   *
   * @param filesChecked how many files were looked at
   * @param filesKnown how many there are as far as was looked, which grows
   * @param filesCopied how many had changed and are copied
   * @param bytesCopied of those files
   * @param bytesPerSecond of what is copied, on the whole
   * @param filesTotal how many there are in all, or were in the copy before; absent when not known
   * @param bytesTotal their bytes, about
   * @param secondsLeft until it is done, if it goes on as it did; absent when nobody can say
   */
  @Schema(name = "CopyProgress")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Progress(
      long filesChecked,
      long filesKnown,
      long filesCopied,
      long bytesCopied,
      long bytesPerSecond,
      @Nullable Long filesTotal,
      @Nullable Long bytesTotal,
      @Nullable Long secondsLeft) {
    /** Nobody can say after less. */
    private static final long FIRST_MILLIS = 3_000;

    /**
     * What is told, so many milliseconds after it began.
     *
     * @param before what the copy before has, of which this one differs in a few files
     */
    public static Progress of(CopyProgress now, long millis, Optional<Contents> before) {
      Long files =
          now.all()
              ? Long.valueOf(now.known())
              : before.map(Contents::files).filter(some -> some >= now.known()).orElse(null);
      Long bytes =
          now.bytesKnown() > 0
              ? Long.valueOf(now.bytesKnown())
              : before.map(Contents::bytes).orElse(null);
      return new Progress(
          now.checked(),
          now.known(),
          now.filesCopied(),
          now.bytesCopied(),
          now.bytesCopied() * 1000 / Math.max(1, millis),
          files,
          bytes,
          left(now, millis, before.isPresent(), files));
    }

    /** Where all is new the bytes take the time; else it is the looking. */
    private static @Nullable Long left(
        CopyProgress now, long millis, boolean again, @Nullable Long files) {
      long done = again ? now.checked() : now.bytesCopied();
      long all = again ? (files == null ? 0 : files) : now.bytesKnown();
      return millis < FIRST_MILLIS || done <= 0 || all < done
          ? null
          : Long.valueOf((long) ((double) millis / 1000 / done * (all - done)));
    }
  }
}
