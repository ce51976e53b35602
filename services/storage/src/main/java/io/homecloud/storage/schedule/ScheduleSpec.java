package io.homecloud.storage.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Shape;
import io.homecloud.control.schedule.Retention;
import org.jspecify.annotations.Nullable;

/**
 * When snapshots are taken of a volume, and how long they are kept.
 *
 * @param volume whose snapshots are taken, by its name
 * @param schedule cron: minute hour day month weekday
 * @param timeZone UTC when absent
 * @param jitter the longest delay, for example {@code 5m}; none when absent
 * @param retention of what this schedule took; everything is kept when absent
 * @param suspended nothing is taken or deleted while it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleSpec(
    @Shape(fixed = "make another schedule for another volume") Name volume,
    @Shape(least = 9, most = 200) String schedule,
    @Nullable String timeZone,
    @Nullable String jitter,
    @Nullable Retention retention,
    @Shape(byDefault = "false") boolean suspended) {}
