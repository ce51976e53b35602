package io.homecloud.control.task;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.testkit.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks that somebody stops, and tasks whose service or database stops. */
class TaskStopsIT extends TaskRunnerLab {
  @Test
  void whatWaitsIsCancelledAtOnceAndTellsNothing() {
    // Given
    behaviour =
        (_, _) -> {
          go.acquireUninterruptibly();
          return new TaskResult.Done(null, List.of());
        };
    Task first = add("disk-1", 1);
    ends(first, TaskState.Running);
    Task second = add("disk-1", 2);

    // When
    plane.tasks().requestCancel(second.id());

    // Then
    ends(second, TaskState.Cancelled);
    assertThat(find(second).startedAt()).isNull();
    assertThat(find(first).state()).isEqualTo(TaskState.Running);
    go.release();
    ends(first, TaskState.Completed);
    eventually(() -> assertThat(types).hasSize(2));
  }

  @Test
  void whatRunsLearnsThatNobodyWantsItAndEndsOrderly() {
    // Given
    behaviour =
        (_, progress) -> {
          while (!progress.cancelled()) {
            pause(10);
          }
          order.add("tidied");
          return new TaskResult.Stopped();
        };
    Task task = add("disk-1", Map.of());
    ends(task, TaskState.Running);

    // When
    Task asked = plane.tasks().requestCancel(task.id());

    // Then
    assertThat(asked.cancelRequested()).isTrue();
    ends(task, TaskState.Cancelled);
    assertThat(order).containsExactly("tidied");
    assertThat(plane.tasks().requestCancel(task.id()).state()).isEqualTo(TaskState.Cancelled);
    eventually(() ->
        assertThat(types)
            .containsExactly("io.homecloud.task.started.v1", "io.homecloud.task.failed.v1"));
  }

  @Test
  void whatNobodyHasCannotBeCancelled() {
    // When // Then
    assertThatThrownBy(() -> plane.tasks().requestCancel(UUID.randomUUID()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not-found");
  }

  @Test
  void whatWasStoppedWithTheServiceGoesOnAtTheNextStart() {
    // Given
    behaviour =
        (_, progress) -> {
          order.add("run");
          progress.report(5, 10, "files");
          while (!progress.cancelled()) {
            pause(10);
          }
          return new TaskResult.Stopped();
        };
    Task task = add("disk-1", Map.of());
    eventually(() -> assertThat(find(task).progress().done()).isEqualTo(5));

    // When
    plane.close();
    Task stopped = find(task);
    behaviour =
        (again, _) -> {
          order.add("again at " + again.progress().done());
          return new TaskResult.Done(null, List.of());
        };
    start();

    // Then
    assertThat(stopped.state()).isEqualTo(TaskState.Running);
    ends(task, TaskState.Completed);
    assertThat(order).containsExactly("run", "again at 5");
    eventually(() -> assertThat(types).filteredOn(t -> t.contains("task.started")).hasSize(1));
  }

  @Test
  void whatWasCancelledWhileTheServiceWasAwayIsTidiedUp() {
    // Given
    behaviour =
        (_, progress) -> {
          while (!progress.cancelled()) {
            pause(10);
          }
          order.add("tidied");
          return new TaskResult.Stopped();
        };
    Task task = add("disk-1", Map.of());
    ends(task, TaskState.Running);
    plane.close();
    order.clear();
    plane.tasks().requestCancel(task.id());

    // When
    start();

    // Then
    ends(task, TaskState.Cancelled);
    assertThat(order).containsExactly("tidied");
  }

  @Test
  void anOutageWhileItRunsCostsNothing() {
    // Given
    AtomicInteger calls = new AtomicInteger();
    behaviour =
        (_, progress) -> {
          TestPostgres.stop();
          calls.incrementAndGet();
          progress.report(1, 2, "files");
          return new TaskResult.Done(Map.of("n", calls.get()), List.of());
        };
    Task task = add("disk-1", Map.of());
    eventually(() -> assertThat(calls).hasValue(1));
    pause(500);
    behaviour = (_, _) -> new TaskResult.Done(Map.of("n", calls.incrementAndGet()), List.of());

    // When
    TestPostgres.start();

    // Then
    ends(task, TaskState.Completed);
  }

  @Test
  void anOutageThatItsHandlerMeetsIsWaitedOut() {
    // Given
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean met = new AtomicBoolean();
    behaviour =
        (task, _) -> {
          if (calls.incrementAndGet() > 1) {
            return new TaskResult.Done(Map.of("found", find(task).action()), List.of());
          }
          TestPostgres.stop();
          try {
            return new TaskResult.Done(Map.of("found", find(task).action()), List.of());
          } finally {
            met.set(true);
          }
        };
    Task task = add("disk-1", Map.of());
    eventually(() -> assertThat(met).isTrue());

    // When
    TestPostgres.start();

    // Then
    ends(task, TaskState.Completed);
    assertThat(calls).hasValueGreaterThan(1);
  }
}
