package io.homecloud.backup.run;

import io.homecloud.backup.hours.Timetable;
import io.homecloud.control.task.TaskProgress;

/** A job that is to stop also when the hours are over in which it may copy. */
record WithinHours(TaskProgress job, Timetable times) implements TaskProgress {
  @Override
  public void report(long done, long total, String unit) {
    job.report(done, total, unit);
  }

  @Override
  public boolean cancelled() {
    return job.cancelled() || !times.open();
  }
}
