package io.homecloud.backup.hours;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Rule;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How fast is copied in a part of each day.
 *
 * @param from when it begins to hold, {@code 07:00}; all day when both are absent
 * @param to when it ends to hold
 * @param limit in bytes per second, {@code 2Mi}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanBandwidth")
@Rule(
    value = "has(self.from) == has(self.to)",
    otherwise = "Bandwidth has from and to, or neither for the rest of the day.")
public record Bandwidth(@Nullable String from, @Nullable String to, Quantity limit) {
  private static final long LEAST = 1024;

  void check() {
    if (limit == null || limit.bytes() < LEAST) {
      throw BackupProblem.VALUE_INVALID.because(
          "Each of spec.bandwidth has a limit of 1Ki or more bytes per second, for example 2Mi.");
    }
    if (from != null || to != null) {
      hours()
          .ifPresentOrElse(
              Hours::check,
              () -> {
                throw BackupProblem.VALUE_INVALID.because(
                    "Each of spec.bandwidth has from and to, or neither for the rest of the day.");
              });
    }
  }

  /** Empty for the whole day. */
  Optional<Hours> hours() {
    return from == null || to == null ? Optional.empty() : Optional.of(new Hours(from, to));
  }
}
