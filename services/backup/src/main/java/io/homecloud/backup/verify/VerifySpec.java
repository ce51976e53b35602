package io.homecloud.backup.verify;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.search.StoredFiles.Wanted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a plan's copies are proven.
 *
 * @param schedule cron, in the plan's time zone; once a week when absent
 * @param sample how many files, such as {@code 100}, or how much of a hundred, such as {@code 2%};
 *     100 files when absent
 * @param all when everything of the newest run is restored instead, where it fits: {@code monthly}
 *     when absent
 * @param suspended nothing is proven by schedule while it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanVerify")
public record VerifySpec(
    @Nullable String schedule,
    @Nullable String sample,
    @Nullable All all,
    @Nullable Boolean suspended) {
  /** What holds for a plan with a schedule that says nothing of it. */
  public static final VerifySpec USUAL = new VerifySpec(null, null, null, null);

  private static final String ONCE_A_WEEK = "30 10 * * 0";
  private static final int USUAL_SAMPLE = 100;
  private static final int MOST_FILES = 100_000;
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,6})|([0-9]{1,3}(?:\\.[0-9]{1,3})?)%");

  /** When everything is restored. */
  public enum All {
    monthly,
    never
  }

  public String times() {
    return schedule == null ? ONCE_A_WEEK : schedule;
  }

  public boolean off() {
    return Boolean.TRUE.equals(suspended);
  }

  boolean monthly() {
    return all != All.never;
  }

  /**
   * What a sample is.
   *
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  public Wanted wanted() {
    if (sample == null) {
      return new Wanted.Some(USUAL_SAMPLE);
    }
    Matcher form = FORM.matcher(sample);
    if (form.matches()) {
      if (form.group(1) != null) {
        int files = Integer.parseInt(form.group(1));
        if (files >= 1 && files <= MOST_FILES) {
          return new Wanted.Some(files);
        }
      } else {
        double percent = Double.parseDouble(form.group(2));
        if (percent > 0 && percent <= 100) {
          return new Wanted.Share(percent);
        }
      }
    }
    throw BackupProblem.VALUE_INVALID.because(
        "verify.sample is a number of files up to 100000, such as 100, or a share of them, such as 2%.");
  }
}
