package io.homecloud.control.task;

/** How a long job tells how far it is, and learns that nobody wants it any more. */
public interface TaskProgress {
  /**
   * Reports progress; cheap, may be called often (writes are throttled by the receiver).
   *
   * @param done what is finished, at most {@code total}
   * @param total what there is to do, 0 while unknown
   * @param unit what is counted, for example {@code bytes} or {@code files}
   */
  void report(long done, long total, String unit);

  /** Whether the job was asked to stop; a job asks between steps and then ends orderly. */
  boolean cancelled();
}
