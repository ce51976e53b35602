package io.homecloud.storage.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a disk said of its health when it was asked.
 *
 * @param reasons why it is not {@link Result#Healthy}, sentences for people
 * @param temperature in degrees Celsius
 * @param powerOnHours since it was made
 * @param reallocated sectors replaced by spare ones so far
 * @param pending sectors that could not be read
 * @param uncorrectable sectors that were lost for good
 * @param wear of flash in percent of what it was made for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Checkup(
    Instant at,
    Result result,
    List<String> reasons,
    @Nullable Long temperature,
    @Nullable Long powerOnHours,
    @Nullable Long reallocated,
    @Nullable Long pending,
    @Nullable Long uncorrectable,
    @Nullable Long wear) {
  /** In one word. */
  public enum Result {
    Healthy,
    Suspect,
    Failing,
    /** It sleeps and was left asleep. */
    Asleep,
    /** It has nothing to say. */
    Unsupported,
    /** It did not answer as it should. */
    Unreadable
  }

  public Checkup {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
  }

  static Checkup of(HealthReading reading, Instant at) {
    return switch (reading) {
      case HealthReading.Reported(Health health) ->
          new Checkup(
              at,
              switch (health.verdict()) {
                case HEALTHY -> Result.Healthy;
                case SUSPECT -> Result.Suspect;
                case FAILING -> Result.Failing;
              },
              health.reasons(),
              value(health.temperature()),
              value(health.powerOnHours()),
              value(health.reallocated()),
              value(health.pending()),
              value(health.uncorrectable()),
              value(health.wear()));
      case HealthReading.Asleep() -> silent(at, Result.Asleep, List.of());
      case HealthReading.Unsupported(String reason) ->
          silent(at, Result.Unsupported, List.of(reason));
      case HealthReading.Unreadable(String reason) ->
          silent(at, Result.Unreadable, List.of(reason));
    };
  }

  private static Checkup silent(Instant at, Result result, List<String> reasons) {
    return new Checkup(at, result, reasons, null, null, null, null, null, null);
  }

  private static @Nullable Long value(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }
}
