package io.homecloud.control.task;

import io.homecloud.events.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does one kind of long job. */
public interface TaskHandler {
  /** The word in the API, for example {@code scrub}. */
  String action();

  /**
   * Does the job, on this node, to its end or until it is cancelled. After a crash it is called
   * again with the same task and goes on from what it finds on the disk.
   */
  TaskResult run(Task task, TaskProgress progress);

  /** How a job ended. */
  sealed interface TaskResult {
    /**
     * Everything was done.
     *
     * @param result becomes the task's {@code result}
     * @param facts what became true beside the task's own end
     */
    record Done(@Nullable Object result, List<? extends Fact> facts) implements TaskResult {}

    /** It could not be done; the reason is a sentence with the way out. */
    record CouldNot(String reason) implements TaskResult {}

    /**
     * It was asked to stop and did, leaving things in order.
     *
     * @param result what was done until then; becomes the task's {@code result}
     */
    record Stopped(@Nullable Object result) implements TaskResult {
      public Stopped() {
        this(null);
      }
    }
  }
}
