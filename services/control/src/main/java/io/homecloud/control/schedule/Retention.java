package io.homecloud.control.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Shape;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Grandfather, father, son: how many of each generation are kept. Of each of the newest so many
 * hours, days, weeks, months and years that have any, the newest one stays; a copy that any rule
 * keeps stays. All zero keeps everything.
 *
 * @param last how many of the newest stay; 0 when absent
 * @param hourly of how many hours one stays; 0 when absent
 * @param daily of how many days one stays; 0 when absent
 * @param weekly of how many weeks, from Monday, one stays; 0 when absent
 * @param monthly of how many months one stays; 0 when absent
 * @param yearly of how many years one stays; 0 when absent
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Retention(
    @Shape(least = 0, most = 100_000) int last,
    @Shape(least = 0, most = 100_000) int hourly,
    @Shape(least = 0, most = 100_000) int daily,
    @Shape(least = 0, most = 100_000) int weekly,
    @Shape(least = 0, most = 100_000) int monthly,
    @Shape(least = 0, most = 100_000) int yearly) {
  private static final int MOST = 100_000;

  public Retention {
    for (int count : new int[] {last, hourly, daily, weekly, monthly, yearly}) {
      if (count < 0 || count > MOST) {
        throw new IllegalArgumentException("A retention counts from 0 to " + MOST + ".");
      }
    }
  }

  /**
   * Something that is kept or goes.
   *
   * @param good whole and usable; the newest good one always stays
   * @param pinned stays whatever the rules say
   */
  public record Copy<I>(I id, Instant at, boolean good, boolean pinned) {}

  /**
   * What becomes of a copy.
   *
   * @param reasons why it stays, for people; empty when it goes
   */
  public record Verdict<I>(Copy<I> copy, List<String> reasons) {
    public boolean keeps() {
      return !reasons.isEmpty();
    }
  }

  /** Judges all copies, newest first. Copies of the future (the clock was wrong) stay. */
  public <I> List<Verdict<I>> judge(List<Copy<I>> copies, ZoneId zone, Instant now) {
    List<Copy<I>> newestFirst =
        copies.stream()
            .sorted(Comparator.comparing((Copy<I> copy) -> copy.at()).reversed())
            .toList();
    List<Rule> rules =
        List.of(
            new Rule("last", last, at -> at.toInstant().toString()),
            new Rule(
                "hourly",
                hourly,
                at -> at.toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toString()),
            new Rule("daily", daily, at -> at.toLocalDate().toString()),
            new Rule(
                "weekly",
                weekly,
                at ->
                    at.get(IsoFields.WEEK_BASED_YEAR)
                        + "-W"
                        + at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)),
            new Rule("monthly", monthly, at -> at.getYear() + "-" + at.getMonthValue()),
            new Rule("yearly", yearly, at -> Integer.toString(at.getYear())));
    boolean everything = rules.stream().allMatch(rule -> rule.count == 0);
    List<Verdict<I>> verdicts = new ArrayList<>();
    boolean lastGoodSeen = false;
    for (Copy<I> copy : newestFirst) {
      List<String> reasons = new ArrayList<>();
      if (copy.pinned()) {
        reasons.add("pinned");
      }
      if (everything) {
        reasons.add("no rule");
      }
      if (copy.at().isAfter(now)) {
        reasons.add("in the future");
      } else if (copy.good()) {
        if (!lastGoodSeen) {
          lastGoodSeen = true;
          reasons.add("the newest good one");
        }
        ZonedDateTime at = copy.at().atZone(zone);
        rules.stream().filter(rule -> rule.keeps(at)).forEach(rule -> reasons.add(rule.name));
      }
      verdicts.add(new Verdict<>(copy, List.copyOf(reasons)));
    }
    return verdicts;
  }

  /** One generation, fed newest first. */
  private static final class Rule {
    private final String name;
    private final int count;
    private final Function<ZonedDateTime, String> period;
    private final Set<String> seen = new HashSet<>();

    Rule(String name, int count, Function<ZonedDateTime, String> period) {
      this.name = name;
      this.count = count;
      this.period = period;
    }

    boolean keeps(ZonedDateTime at) {
      return seen.size() < count && seen.add(period.apply(at));
    }
  }
}
