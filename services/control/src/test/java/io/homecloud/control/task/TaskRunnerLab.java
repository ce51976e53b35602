package io.homecloud.control.task;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.testkit.TestSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service with one kind of task, which does what a test says. */
abstract class TaskRunnerLab {
  final TestSchema schema = ControlSchema.fresh();
  final Semaphore go = new Semaphore(0);
  final List<String> order = new CopyOnWriteArrayList<>();
  final List<String> types = new CopyOnWriteArrayList<>();
  private final Set<UUID> told = ConcurrentHashMap.newKeySet();
  final List<ControlPlane> planes = new ArrayList<>();
  ControlPlane plane;
  volatile BiFunction<Task, TaskProgress, TaskResult> behaviour =
      (_, _) -> new TaskResult.Done(null, List.of());

  final class Work implements TaskHandler {
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
              // Told again where the plane was closed before it noted that it was told.
              if (told.add(event.id())) {
                types.add(event.type());
              }
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

  Task add(String lane, Object parameters) {
    return add("work", lane, parameters);
  }

  Task add(String action, String lane, Object parameters) {
    return plane.tasks().add(new TaskStore.Order(action, null, NODE, lane, parameters, "tester"));
  }

  Task find(Task task) {
    return plane.tasks().find(task.id()).orElseThrow();
  }

  void ends(Task task, TaskState state) {
    eventually(() -> assertThat(find(task).state()).isEqualTo(state));
  }

  static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
