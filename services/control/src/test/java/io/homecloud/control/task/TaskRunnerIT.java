package io.homecloud.control.task;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Note;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskRunnerIT {
  private final TestSchema schema = ControlSchema.fresh();
  private final Semaphore go = new Semaphore(0);
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final List<String> types = new CopyOnWriteArrayList<>();
  private final List<ControlPlane> planes = new ArrayList<>();
  private ControlPlane plane;
  private volatile BiFunction<Task, TaskProgress, TaskResult> behaviour =
      (_, _) -> new TaskResult.Done(null, List.of());

  /** A result that is a bug. */
  private record Unreadable(List<Object> itself) {}

  private final class Work implements TaskHandler {
    @Override
    public String action() {
      return "work";
    }

    @Override
    public TaskResult run(Task task, TaskProgress progress) {
      return behaviour.apply(task, progress);
    }
  }

  @BeforeEach
  void start() {
    plane =
        ControlSchema.plane(
            schema.pool(),
            NODE,
            event -> {
              types.add(event.type());
              return CompletableFuture.completedFuture(null);
            });
    planes.add(plane);
    plane.start(List.of(), List.of(new Work()));
  }

  @AfterEach
  void close() {
    go.release(1000);
    planes.forEach(ControlPlane::close);
  }

  private Task add(String lane, Object parameters) {
    return add("work", lane, parameters);
  }

  private Task add(String action, String lane, Object parameters) {
    return plane.tasks().add(new TaskStore.Order(action, null, NODE, lane, parameters, "tester"));
  }

  private Task find(Task task) {
    return plane.tasks().find(task.id()).orElseThrow();
  }

  private void ends(Task task, TaskState state) {
    eventually(() -> assertThat(find(task).state()).isEqualTo(state));
  }

  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTaskIsDoneWithItsResultAndTold() {
    // Given
    UUID subject = UUID.randomUUID();
    behaviour =
        (task, progress) -> {
          progress.report(3, 10, "files");
          return new TaskResult.Done(
              Map.of("said", task.parameters()), List.of(new Note.Written(subject, 1)));
        };

    // When
    Task task = add("disk-1", Map.of("with", "a\0b"));

    // Then
    ends(task, TaskState.Completed);
    Task done = find(task);
    assertThat(done.result()).isNotNull();
    assertThat(done.result().get("said").asText()).contains("with").doesNotContain("\0");
    assertThat(done.progress()).isEqualTo(new Task.Progress(10, 10, "files"));
    assertThat(done.startedAt()).isNotNull();
    assertThat(done.endedAt()).isNotNull();
    eventually(() ->
        assertThat(types)
            .containsExactlyInAnyOrder(
                "io.homecloud.task.started.v1",
                "io.homecloud.task.completed.v1",
                "io.homecloud.note.written.v1"));
  }

  @Test
  void oneAtATimePerLaneOldestFirstAndLanesInParallel() {
    // Given
    behaviour =
        (task, _) -> {
          order.add(task.lane() + task.parameters());
          go.acquireUninterruptibly();
          return new TaskResult.Done(null, List.of());
        };

    // When
    List<Task> tasks =
        IntStream.range(0, 6)
            .mapToObj(n -> {
              pause(5);
              return add("disk-" + n % 2, n);
            })
            .toList();

    // Then
    eventually(() -> assertThat(order).containsExactlyInAnyOrder("disk-00", "disk-11"));
    pause(300);
    assertThat(order).hasSize(2);
    go.release(6);
    tasks.forEach(task -> ends(task, TaskState.Completed));
    assertThat(order)
        .filteredOn(o -> o.startsWith("disk-0"))
        .containsExactly("disk-00", "disk-02", "disk-04");
    assertThat(order)
        .filteredOn(o -> o.startsWith("disk-1"))
        .containsExactly("disk-11", "disk-13", "disk-15");
  }

  @Test
  void progressIsSeenWhileItRunsAndWrittenSeldom() {
    // Given
    behaviour =
        (_, progress) -> {
          for (int n = 1; n <= 1000; n++) {
            progress.report(n, 2000, "bytes");
          }
          go.acquireUninterruptibly();
          progress.report(2500, 2000, "bytes");
          return new TaskResult.CouldNot("The disk is gone.");
        };

    // When
    Task task = add("disk-1", Map.of());

    // Then
    eventually(() -> {
      assertThat(find(task).state()).isEqualTo(TaskState.Running);
      assertThat(find(task).progress().total()).isEqualTo(2000);
    });
    go.release();
    ends(task, TaskState.Failed);
    assertThat(find(task).progress()).isEqualTo(new Task.Progress(2000, 2000, "bytes"));
    assertThat(find(task).message()).isEqualTo("The disk is gone.");
  }

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
  }

  @Test
  void whatNobodyHasCannotBeCancelled() {
    // When // Then
    assertThatThrownBy(() -> plane.tasks().requestCancel(UUID.randomUUID()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not-found");
  }

  @Test
  void whatThisReleaseDoesNotKnowFailsWithASentence() {
    // When
    Task task = add("levitate", "disk-1", Map.of());

    // Then
    ends(task, TaskState.Failed);
    assertThat(find(task).message()).isEqualTo("This release does not know how to do levitate.");
  }

  @Test
  void whatAHandlerThrowsFailsItsTaskWithASentenceAndNoTrace() {
    // Given
    AtomicInteger calls = new AtomicInteger();
    behaviour =
        (_, _) -> {
          if (calls.getAndIncrement() == 0) {
            throw new IllegalStateException("secret detail");
          }
          throw new StackOverflowError();
        };

    // When
    Task first = add("disk-1", Map.of());
    Task second = add("disk-1", Map.of());

    // Then
    ends(first, TaskState.Failed);
    ends(second, TaskState.Failed);
    assertThat(calls).hasValue(2);
    assertThat(find(first).message()).startsWith("Something went wrong").doesNotContain("secret");
  }

  @Test
  void anEndThatCannotBeWrittenIsAFailureAndNotRepeated() {
    // Given
    AtomicInteger calls = new AtomicInteger();
    behaviour =
        (_, _) -> {
          calls.incrementAndGet();
          List<Object> endless = new ArrayList<>();
          endless.add(new Unreadable(endless));
          return new TaskResult.Done(endless, List.of());
        };

    // When
    Task task = add("disk-1", Map.of());

    // Then
    ends(task, TaskState.Failed);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aReasonOfAnyLengthAndKindIsKept() {
    // Given
    behaviour = (_, _) -> new TaskResult.CouldNot("It said \0" + "x".repeat(100_000));

    // When
    Task task = add("disk-1", Map.of());

    // Then
    ends(task, TaskState.Failed);
    assertThat(find(task).message()).startsWith("It said \ufffdx").hasSize(4000);
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
  void otherNodesTasksAreLeftAlone() {
    // When
    Task task =
        plane.tasks().add(new TaskStore.Order("work", null, "pi-9", "disk-1", Map.of(), "tester"));
    Task mine = add("disk-1", Map.of());

    // Then
    ends(mine, TaskState.Completed);
    assertThat(find(task).state()).isEqualTo(TaskState.Pending);
  }

  @Test
  void anOutageWhileItRunsCostsNothing() {
    // Given
    AtomicInteger calls = new AtomicInteger();
    behaviour =
        (_, progress) -> {
          calls.incrementAndGet();
          TestPostgres.stop();
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
  void tasksAreListedNewestFirstInPages() {
    // Given
    List<UUID> added = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      added.addFirst(add("disk-1", n).id());
      pause(3);
    }

    // When
    var first = plane.tasks().list(Optional.empty(), Optional.empty(), Optional.empty(), 3);
    Task last = first.getLast();
    var second =
        plane
            .tasks()
            .list(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new TaskStore.After(last.createdAt(), last.id())),
                3);

    // Then
    assertThat(first).extracting(Task::id).containsExactlyElementsOf(added.subList(0, 3));
    assertThat(second).extracting(Task::id).containsExactlyElementsOf(added.subList(3, 5));
  }
}
