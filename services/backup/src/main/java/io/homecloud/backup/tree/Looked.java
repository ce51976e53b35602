package io.homecloud.backup.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How it was found out what had to be copied.
 *
 * @param how by what storage said had changed, or by looking at everything
 * @param files how many files, directories and the like were looked at
 * @param because why everything was looked at, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Looked(How how, long files, @Nullable String because) {
  /** By what. */
  public enum How {
    Changes,
    Scan
  }

  public Looked {
    Objects.requireNonNull(how);
  }

  public static Looked changes(long files) {
    return new Looked(How.Changes, files, null);
  }

  public static Looked scan(long files, String because) {
    return new Looked(How.Scan, files, because);
  }
}
