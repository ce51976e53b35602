package io.homecloud.backup.restore;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is to be brought back.
 *
 * @param run whose copy it is, by its name
 * @param paths in the run, percent-encoded where need be, as {@code runs/{run}/files} shows them: a
 *     volume, or a file or directory in it; all of one volume. When absent, all of a run that has
 *     one volume
 * @param target where to; the original place when absent
 * @param overwrite what becomes of files that are there; never when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Rule(value = "self == oldSelf", otherwise = "Make another restore instead.")
public record RestoreSpec(
    Name run,
    @Shape(most = 10_000) @Nullable List<String> paths,
    @Nullable Target target,
    @Nullable Overwrite overwrite) {

  /**
   * Where to: files keep their paths below it.
   *
   * @param volume one that is there
   * @param path a directory in it, made if need be; the top when absent
   * @param newVolume one that is made, instead of {@code volume}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "RestoreTarget")
  @Rule(
      value = "!(has(self.volume) && has(self.newVolume))",
      otherwise = "target has either a volume or a newVolume.")
  public record Target(
      @Nullable Name volume, @Nullable String path, @Nullable NewVolume newVolume) {}

  /**
   * A volume to make.
   *
   * @param name that no volume has
   * @param pool where it is made
   */
  public record NewVolume(Name name, Name pool) {}

  /** What becomes of a file that is there already. */
  public enum Overwrite {
    /** It stays. */
    never,
    /** The newer one of both stays. */
    older,
    /** It is replaced; the volume is kept as a snapshot before. */
    always
  }

  Overwrite rule() {
    return overwrite == null ? Overwrite.never : overwrite;
  }
}
