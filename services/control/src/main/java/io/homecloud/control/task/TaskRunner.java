package io.homecloud.control.task;

import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.events.Fact;
import io.homecloud.events.TaskFact;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.SignalledLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs this node's tasks, one at a time per lane, oldest first. A task that was running when the
 * process died is run again: handlers go on from what they find.
 */
public final class TaskRunner implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TaskRunner.class);

  private static final Duration LONGEST_END = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final TaskResult WENT_WRONG =
      new TaskResult.CouldNot(
          "Something went wrong in homecloud; the log of the service says what.");

  private final String node;
  private final TaskStore store;
  private final Map<String, TaskHandler> handlers;
  private final Map<UUID, Running> running = new ConcurrentHashMap<>();
  private final SignalledLoop dispatcher;
  private volatile boolean closed;

  public TaskRunner(
      String service, String node, TaskStore store, List<? extends TaskHandler> handlers) {
    this.node = node;
    this.store = store;
    this.handlers =
        handlers.stream()
            .collect(Collectors.toUnmodifiableMap(TaskHandler::action, Function.identity()));
    this.dispatcher = new SignalledLoop(service + "-tasks", "tasks wait", this::look);
  }

  public void start() {
    dispatcher.start();
  }

  /** Says that a task was added or is to be cancelled. */
  public void wake() {
    dispatcher.wake();
  }

  /** Interrupts the jobs and gives them a while to stop; they are taken up at the next start. */
  @Override
  public void close() {
    closed = true;
    dispatcher.close();
    running.values().forEach(one -> one.thread.interrupt());
    long end = System.nanoTime() + LONGEST_END.toNanos();
    try {
      for (Running one : running.values()) {
        boolean _ = one.thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Map<String, Task> busy = new HashMap<>();
    running.values().forEach(one -> busy.put(one.task.lane(), one.task));
    for (Task task : store.unfinished(node)) {
      Running one = running.get(task.id());
      if (one != null) {
        one.cancelled |= task.cancelRequested();
      } else if (task.cancelRequested() && task.state() == TaskState.Pending) {
        store.ended(task.id(), TaskState.Cancelled, "Cancelled before it began.", null, List.of());
      } else if (busy.containsKey(task.lane())) {
        store.waits(task, "Waits for " + words(busy.get(task.lane())) + " to end.");
      } else {
        busy.put(task.lane(), task);
        Running next = new Running(task);
        running.put(task.id(), next);
        next.thread.start();
      }
    }
  }

  private static String words(Task task) {
    return "task " + task.id() + " (" + task.action() + ")";
  }

  private void run(Running one) {
    Task task = one.task;
    UUID resource = task.resource() == null ? null : task.resource().uid();
    try {
      store.started(task, new TaskFact.TaskStarted(task.id(), task.action(), node, resource));
      TaskResult result = perform(task, one);
      if (!closed) {
        one.flush();
        endOrFail(task, resource, result);
      }
    } catch (RuntimeException e) {
      LOG.warnf("task %s %s waits for the database: %s", task.action(), task.id(), e.getMessage());
      one.rest();
    } finally {
      running.remove(task.id());
      wake();
    }
  }

  /** Whatever the handler throws is a bug, and the end of its task, unless the database is away. */
  private TaskResult perform(Task task, Running one) {
    TaskHandler handler = handlers.get(task.action());
    if (handler == null) {
      return new TaskResult.CouldNot("This release does not know how to do " + task.action() + ".");
    }
    try {
      return handler.run(task, one);
    } catch (RuntimeException | Error e) {
      if (e instanceof RuntimeException waits && ServiceDatabase.isAway(e)) {
        throw waits;
      }
      if (!closed) {
        LOG.errorf(e, "task %s %s failed", task.action(), task.id());
      }
      return WENT_WRONG;
    }
  }

  /** What cannot be written down is a bug too, unless the database is away. */
  private void endOrFail(Task task, @Nullable UUID resource, TaskResult result) {
    try {
      end(task, resource, result);
    } catch (RuntimeException e) {
      if (ServiceDatabase.isAway(e)) {
        throw e;
      }
      LOG.errorf(e, "the end of task %s %s cannot be written", task.action(), task.id());
      end(task, resource, WENT_WRONG);
    }
  }

  private void end(Task task, @Nullable UUID resource, TaskResult result) {
    switch (result) {
      case TaskResult.Done(Object value, List<? extends Fact> facts) -> {
        List<Fact> all = new ArrayList<>(facts);
        all.add(new TaskFact.TaskCompleted(task.id(), task.action(), node, resource));
        store.ended(task.id(), TaskState.Completed, "", value, all);
      }
      case TaskResult.CouldNot(String reason) ->
          store.ended(
              task.id(),
              TaskState.Failed,
              reason,
              null,
              List.of(new TaskFact.TaskFailed(task.id(), task.action(), node, resource, reason)));
      case TaskResult.Stopped(Object value) ->
          store.ended(
              task.id(),
              TaskState.Cancelled,
              "Cancelled.",
              value,
              List.of(
                  new TaskFact.TaskFailed(task.id(), task.action(), node, resource, "cancelled")));
    }
  }

  /** A task in this process; writes its progress at most once a second. */
  private final class Running implements TaskProgress {
    private static final long WRITE_EVERY_NANOS = 1_000_000_000L;

    private final Task task;
    private final Thread thread;
    private volatile boolean cancelled;
    private Task.Progress last;
    private long written = System.nanoTime() - WRITE_EVERY_NANOS;

    Running(Task task) {
      this.task = task;
      this.cancelled = task.cancelRequested();
      this.last = task.progress();
      // Of the system: a call into the kernel would hold the carrier of a virtual one.
      this.thread =
          Thread.ofPlatform()
              .daemon()
              .name("task-" + task.action() + "-" + task.id())
              .unstarted(() -> run(this));
    }

    @Override
    public synchronized void report(long done, long total, String unit) {
      last = new Task.Progress(total > 0 ? Math.min(done, total) : done, total, unit);
      if (System.nanoTime() - written >= WRITE_EVERY_NANOS) {
        flush();
      }
    }

    synchronized void flush() {
      written = System.nanoTime();
      try {
        store.progress(task.id(), last);
      } catch (RuntimeException e) {
        LOG.debug("progress was not written", e);
      }
    }

    /** Keeps the lane for a while, so that a task that cannot end is not begun again at once. */
    void rest() {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean cancelled() {
      return cancelled || closed;
    }
  }
}
