package io.homecloud.control.killed;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskState;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.TestSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often, and the same once more: see {@link Repeated}. */
class KilledIT {
  private static final Repeated REPEATED = Repeated.rounds(5, 60);
  private static final int ROUNDS = REPEATED.rounds();
  private static final long SEED = REPEATED.seed();
  private static final int NOTES = 12;
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @TempDir private Path directory;
  private final LocalHost host = new LocalHost();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Random random = REPEATED.random();
  private final TestSchema schema = ControlSchema.fresh();

  /** Only for wishes and for looking; it does not act. */
  private final ControlPlane plane = ControlSchema.plane(schema.pool());

  private final List<Task> tasks = new ArrayList<>();
  private int processes;

  @BeforeEach
  void prepare() throws IOException {
    for (String name : List.of("notes", "tasks")) {
      Files.createDirectory(directory.resolve(name));
    }
  }

  @AfterEach
  void endProcesses() {
    threads.shutdownNow();
  }

  @Test
  void whateverIsKilledConvergesAndNoEventIsLostOrDoubledInEffect() throws Exception {
    // Given
    for (int n = 0; n < NOTES; n++) {
      plane.resources().create(Note.KIND, Note.draft("n" + n, ControlSchema.NODE, spec()));
    }
    for (String lane : List.of("disk-1", "disk-1", "disk-2")) {
      tasks.add(
          plane
              .tasks()
              .add(
                  new TaskStore.Order(
                      "count", null, ControlSchema.NODE, lane, Map.of(), "tester")));
    }

    // When
    for (int round = 0; round < ROUNDS; round++) {
      Running service = start();
      for (int wish = random.nextInt(12); wish > 0; wish--) {
        wishSomething(round);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(80));
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
      service.kill();
    }
    start();

    // Then
    within(Duration.ofMinutes(2), this::assertEverythingIsAsWished);
    eventually(this::assertEventsArrived);
  }

  private Note.Spec spec() {
    return new Note.Spec("text " + random.nextInt(1000), random.nextInt(20));
  }

  private void wishSomething(int round) {
    Name name = new Name("n" + random.nextInt(NOTES));
    try {
      if (random.nextInt(10) == 0) {
        plane.resources().requestDeletion(Note.KIND, name, Optional.empty());
      } else {
        plane
            .resources()
            .change(Note.KIND, name, Optional.empty(), _ -> new Wish<>(spec(), Map.of()));
      }
    } catch (ProblemException e) {
      // It is going, or gone.
      String anew = "r" + round + "-" + UUID.randomUUID();
      plane.resources().create(Note.KIND, Note.draft(anew, ControlSchema.NODE, spec()));
    }
  }

  private record Running(long pid, Future<HostResult> end, LocalHost host) {
    void kill() throws Exception {
      host.run(new HostCommand(DEADLINE, "kill", "-KILL", Long.toString(pid)));
      assertThat(end.get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              HostResult.Exited.class, exited -> assertThat(exited.code()).isEqualTo(137));
    }
  }

  private Running start() throws Exception {
    Path started = directory.resolve("started-" + processes++);
    List<String> argv =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledService.class.getName(),
            schema.name(),
            schema.jdbcUrl(),
            schema.user(),
            schema.password(),
            directory.toString(),
            started.toString());
    Future<HostResult> end =
        threads.submit(() -> host.run(new HostCommand(argv, DEADLINE, Map.of())));
    within(
        Duration.ofMinutes(1),
        () -> {
          if (end.isDone()) {
            throw new IllegalStateException("ended: " + end.get());
          }
          assertThat(started).exists();
        });
    return new Running(Long.parseLong(Files.readString(started)), end, host);
  }

  private void assertEverythingIsAsWished() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (var note : plane.resources().all(Note.KIND, Selection.ALL)) {
      assertThat(note.ready()).as("%s, seed %d", note.name(), SEED).isTrue();
      assertThat(note.deleting()).isFalse();
      for (int n = 0; n < note.spec().copies(); n++) {
        expected.put(note.uid() + "." + n, note.spec().text());
      }
    }
    assertThat(contents(directory.resolve("notes"))).as("seed %d", SEED).isEqualTo(expected);
    for (Task task : tasks) {
      assertThat(plane.tasks().find(task.id()).orElseThrow().state())
          .isEqualTo(TaskState.Completed);
      assertThat(Files.readAllLines(directory.resolve("tasks").resolve(task.id().toString())))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, Counting.LAST).mapToObj(Integer::toString).toList());
    }
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  /** First arrivals are in order without gaps; each wish's fulfilment was told exactly once. */
  private void assertEventsArrived() throws Exception {
    Map<UUID, Long> last = new HashMap<>();
    Set<UUID> ids = new HashSet<>();
    Set<String> told = new HashSet<>();
    for (String line : Files.readAllLines(directory.resolve("broker"))) {
      Event event = EventCodec.read(line);
      long before = last.getOrDefault(event.subject(), 0L);
      assertThat(event.sequence()).as("seed %d", SEED).isLessThanOrEqualTo(before + 1);
      last.put(event.subject(), Math.max(before, event.sequence()));
      if (ids.add(event.id())) {
        assertThat(told.add(event.type() + event.subject() + event.data()))
            .as("told twice: %s, seed %d", event, SEED)
            .isTrue();
      }
    }
    Map<UUID, Long> recorded =
        plane
            .database()
            .read(handle -> {
              Map<UUID, Long> sequences = new HashMap<>();
              handle
                  .createQuery("select subject, sequence from event_subject")
                  .map((row, _) -> sequences.put(row.getObject(1, UUID.class), row.getLong(2)))
                  .list();
              return sequences;
            });
    assertThat(last).as("seed %d", SEED).isEqualTo(recorded);
  }
}
