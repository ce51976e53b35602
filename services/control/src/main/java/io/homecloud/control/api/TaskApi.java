package io.homecloud.control.api;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.StatusWaiters;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.database.ServiceDatabase;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The conventions of the API for long jobs: how they are ordered and waited for, the same for all
 * of them.
 */
public final class TaskApi {
  private final String path;
  private final ServiceDatabase database;
  private final TaskStore tasks;
  private final StatusWaiters waiters;
  private final Idempotency idempotency;

  /**
   * @param path of the service's list of tasks, for example {@code /api/storage/v1/tasks}
   */
  public TaskApi(
      String path,
      ServiceDatabase database,
      TaskStore tasks,
      StatusWaiters waiters,
      Idempotency idempotency) {
    this.path = path;
    this.database = database;
    this.tasks = tasks;
    this.waiters = waiters;
    this.idempotency = idempotency;
  }

  /**
   * Orders a job: 202 with its task, or 200 when it has ended within the time that was to be
   * waited. A repeated request is answered with the task of the first one, whatever would be
   * refused by now.
   *
   * @param text the body, which with the path identifies the request
   * @param order what is to be done, after refusing what cannot be; it only looks, for after a lost
   *     deadlock it is asked again
   */
  public Response order(Asked asked, String text, Supplier<TaskStore.Order> order) {
    Duration wait = asked.waiting();
    Optional<Idempotency.Key> key = asked.idempotency(text);
    // Without a key no connection to the database waits for disks that are looked at.
    Task begun = key.isPresent() ? orderOnce(key.get(), order) : tasks.add(order.get());
    Task task = wait.isZero() ? begun : await(begun.id(), wait);
    return Response.status(task.state().ended() ? Response.Status.OK : Response.Status.ACCEPTED)
        .location(URI.create(path + "/" + task.id()))
        .entity(task)
        .build();
  }

  private Task orderOnce(Idempotency.Key key, Supplier<TaskStore.Order> order) {
    UUID fresh = UUID.randomUUID();
    return database.inTransaction(transaction -> {
      // First of all: of two at once the second waits here until the first is through.
      Optional<UUID> earlier = idempotency.claim(transaction, key, fresh);
      return earlier.isPresent() ? find(earlier.get()) : tasks.add(transaction, fresh, order.get());
    });
  }

  /** The task, as it is when it has ended or when the time that was to be waited is over. */
  public Task get(Asked asked, UUID id) {
    return await(id, asked.waiting());
  }

  private Task await(UUID id, Duration wait) {
    return waiters.await(
        id, wait, () -> Optional.of(find(id)).filter(task -> task.state().ended()), () -> find(id));
  }

  private Task find(UUID id) {
    return tasks
        .find(id)
        .orElseThrow(() -> CommonProblem.NOT_FOUND.because("There is no task " + id + "."));
  }
}
