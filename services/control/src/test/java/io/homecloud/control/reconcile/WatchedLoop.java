package io.homecloud.control.reconcile;

import static io.homecloud.control.ControlSchema.NODE;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A loop whose reconciler does what the test says, and notes how it was called. */
abstract class WatchedLoop {
  static final Clock CLOCK = Clock.systemUTC();

  final TestSchema schema = ControlSchema.fresh();
  final List<ControlPlane> planes = new ArrayList<>();
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger parallel = new AtomicInteger();
  final AtomicInteger mostParallel = new AtomicInteger();
  final Map<UUID, AtomicInteger> inside = new ConcurrentHashMap<>();
  final List<UUID> overlapped = new CopyOnWriteArrayList<>();
  ControlPlane plane;
  volatile Function<Resource<Note.Spec, Note.Observed>, Outcome<Note.Observed>> behaviour =
      WatchedLoop::settled;

  @BeforeEach
  void start() {
    plane = start(NODE);
  }

  ControlPlane start(String node) {
    ControlPlane started =
        ControlSchema.plane(
            schema.pool(), node, _ -> java.util.concurrent.CompletableFuture.completedFuture(null));
    planes.add(started);
    started.start(List.of(new Watched(true)), List.of());
    return started;
  }

  @AfterEach
  void close() {
    planes.forEach(ControlPlane::close);
  }

  /** Tells of each generation once, however often it is looked at. */
  static Outcome<Note.Observed> settled(Resource<Note.Spec, Note.Observed> note) {
    long generation = note.metadata().generation();
    boolean told = note.status() != null && note.status().observedGeneration() == generation;
    return new Outcome.Settled<>(
        Note.ready(note, CLOCK),
        told ? List.of() : List.of(new Note.Written(note.uid(), generation)));
  }

  /** Notes how it is called, then does what the test says. */
  final class Watched implements Reconciler<Note.Spec, Note.Observed> {
    private final boolean resyncs;

    Watched(boolean resyncs) {
      this.resyncs = resyncs;
    }

    @Override
    public boolean resyncs() {
      return resyncs;
    }

    @Override
    public Kind<Note.Spec, Note.Observed> kind() {
      return Note.KIND;
    }

    @Override
    public Outcome<Note.Observed> reconcile(Resource<Note.Spec, Note.Observed> note) {
      calls.incrementAndGet();
      mostParallel.accumulateAndGet(parallel.incrementAndGet(), Math::max);
      AtomicInteger mine = inside.computeIfAbsent(note.uid(), _ -> new AtomicInteger());
      if (mine.incrementAndGet() > 1) {
        overlapped.add(note.uid());
      }
      try {
        return behaviour.apply(note);
      } finally {
        mine.decrementAndGet();
        parallel.decrementAndGet();
      }
    }
  }

  Resource<Note.Spec, Note.Observed> create(ControlPlane where, String name, String node) {
    return where.resources().create(Note.KIND, Note.draft(name, node, new Note.Spec("hello", 1)));
  }

  void wish(ControlPlane where, String name, int copies) {
    where
        .resources()
        .change(
            Note.KIND,
            new Name(name),
            Optional.empty(),
            _ -> new Wish<>(new Note.Spec("hello", copies), Map.of()));
  }

  Resource<Note.Spec, Note.Observed> find(String name) {
    return plane.resources().find(Note.KIND, new Name(name)).orElseThrow();
  }

  static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
