package io.homecloud.control.task;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlSchema;
import io.homecloud.control.Note;
import io.homecloud.control.task.TaskHandler.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How tasks run, and how what they say is kept. */
class TaskRunnerIT extends TaskRunnerLab {
  /** A result that is a bug. */
  private record Unreadable(List<Object> itself) {}

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
    eventually(() ->
        assertThat(types)
            .containsExactly("io.homecloud.task.started.v1", "io.homecloud.task.failed.v1"));
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

  @Test
  void whatWaitsSaysForWhat() {
    // Given
    behaviour =
        (_, _) -> {
          go.acquireUninterruptibly();
          return new TaskResult.Done(null, List.of());
        };

    // When
    Task first = add("disk-1", 1);
    ends(first, TaskState.Running);
    Task second = add("disk-1", 2);

    // Then
    eventually(() ->
        assertThat(find(second).message())
            .isEqualTo("Waits for task " + first.id() + " (work) to end."));
    go.release(2);
    ends(second, TaskState.Completed);
    assertThat(find(second).message()).isEmpty();
  }

  @Test
  void whatEndedLongAgoIsForgottenUnlessItsResourceIsThere() {
    // Given
    UUID there =
        plane
            .resources()
            .create(Note.KIND, Note.draft("there", ControlSchema.NODE, new Note.Spec("hello", 1)))
            .uid();
    Task kept = addFor(there);
    Task gone = addFor(UUID.randomUUID());
    Task recent = addFor(UUID.randomUUID());
    List.of(kept, gone, recent).forEach(task -> ends(task, TaskState.Completed));
    eventually(() -> assertThat(types).hasSize(6));
    plane
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update task set ended_at = ended_at - interval '31 days' where id <> ?",
                    recent.id()));

    // When
    plane.tasks().forget(Duration.ofDays(30));

    // Then
    assertThat(plane.tasks().find(gone.id())).isEmpty();
    assertThat(plane.tasks().find(kept.id())).isPresent();
    assertThat(plane.tasks().find(recent.id())).isPresent();
    assertThat(counted(gone)).isZero();
    assertThat(counted(recent)).isOne();
  }

  private Task addFor(UUID resource) {
    return plane
        .tasks()
        .add(
            new TaskStore.Order(
                "work",
                new Task.Target(resource, "Note", "one"),
                ControlSchema.NODE,
                "disk-1",
                Map.of(),
                "tester"));
  }

  /** Counters of the events of a task. */
  private int counted(Task task) {
    return plane
        .database()
        .read(handle ->
            handle
                .createQuery("select count(*) from event_subject where subject = :id")
                .bind("id", task.id())
                .mapTo(Integer.class)
                .one());
  }
}
