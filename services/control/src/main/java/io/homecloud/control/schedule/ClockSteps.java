package io.homecloud.control.schedule;

import io.homecloud.events.database.ServiceDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * By how much this node's clock was set while processes ran, so that what they had written down
 * before can be dated. A machine without a clock of its own goes on where it was switched off until
 * NTP answers; what is deleted meanwhile would be months old a moment later.
 */
final class ClockSteps {
  /** Less does not matter to what is kept for days. */
  private static final Duration LEAST = Duration.ofHours(1);

  private final ServiceDatabase database;
  private final String node;
  private final LongSupplier counter;
  private final List<Step> ofThisProcess = new ArrayList<>();
  private @Nullable List<Step> ofOthers;
  private Instant began;
  private long begun;
  private boolean saved = true;

  /**
   * What was written from then until then has to be read as so much later. Earlier, when negative.
   */
  private record Step(Instant from, Instant until, Duration by) {
    boolean holds(Instant time) {
      return !time.isBefore(from) && !time.isAfter(until);
    }
  }

  /**
   * @param now what the clock says as the process begins, right or wrong
   * @param counter nanoseconds that pass whatever the clock says
   */
  ClockSteps(ServiceDatabase database, String node, Instant now, LongSupplier counter) {
    this.database = database;
    this.node = node;
    this.counter = counter;
    this.began = now;
    this.begun = counter.getAsLong();
  }

  /** Takes this time for right. */
  synchronized void believe(Instant now) {
    long counted = counter.getAsLong();
    Instant expected = began.plusNanos(counted - begun);
    Duration by = Duration.between(expected, now);
    if (by.abs().compareTo(LEAST) >= 0) {
      // What came before an earlier step was wrong by this one too.
      ofThisProcess.replaceAll(step -> new Step(step.from(), step.until(), step.by().plus(by)));
      ofThisProcess.add(new Step(began, expected, by));
      began = now;
      begun = counted;
      saved = false;
    }
    if (!saved) {
      save();
      saved = true;
    }
  }

  /** The time at which something was written down that says this one. */
  synchronized Instant corrected(Instant said) {
    if (ofOthers == null) {
      ofOthers = read();
    }
    for (List<Step> steps : List.of(ofThisProcess, ofOthers)) {
      for (Step step : steps) {
        if (step.holds(said)) {
          return said.plus(step.by());
        }
      }
    }
    return said;
  }

  private List<Step> read() {
    return database.read(handle ->
        handle
            .createQuery("select from_at, until_at, seconds from clock_step where node = :node")
            .bind("node", node)
            .map((row, _) ->
                new Step(
                    row.getObject("from_at", OffsetDateTime.class).toInstant(),
                    row.getObject("until_at", OffsetDateTime.class).toInstant(),
                    Duration.ofSeconds(row.getLong("seconds"))))
            .list());
  }

  private void save() {
    database.useTransaction(transaction -> {
      for (Step step : ofThisProcess) {
        transaction
            .handle()
            .createUpdate(
                """
                insert into clock_step (node, from_at, until_at, seconds) values (:node, :from, :until, :seconds)
                on conflict (node, from_at) do update set until_at = excluded.until_at, seconds = excluded.seconds\
                """)
            .bind("node", node)
            .bind("from", step.from().atOffset(ZoneOffset.UTC))
            .bind("until", step.until().atOffset(ZoneOffset.UTC))
            .bind("seconds", step.by().toSeconds())
            .execute();
      }
    });
  }
}
