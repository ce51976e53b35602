package io.homecloud.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Note;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many who ask a store for the same at once. */
class ResourceRacesIT extends ResourceStoreLab {
  /** Runs the calls at the same time; gives what each returned or the problem it ended with. */
  private static <R> List<Object> race(List<Callable<R>> calls) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Object> results = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Object>> running =
          calls.stream()
              .map(call ->
                  threads.submit(() -> {
                    start.await();
                    try {
                      return (Object) call.call();
                    } catch (ProblemException e) {
                      return e.code();
                    }
                  }))
              .toList();
      start.countDown();
      for (Future<Object> one : running) {
        results.add(one.get(60, TimeUnit.SECONDS));
      }
    }
    return results;
  }

  @Test
  void ofSixteenWhoWantANameOneGetsIt() throws Exception {
    // Given
    List<Callable<UUID>> calls =
        IntStream.range(0, 16).mapToObj(_ -> (Callable<UUID>) () -> create().uid()).toList();

    // When
    List<Object> results = race(calls);

    // Then
    assertThat(results).filteredOn(UUID.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(CommonProblem.NAME_TAKEN::equals).hasSize(15);
    assertThat(store.all(Note.KIND, Selection.ALL)).hasSize(1);
  }

  @Test
  void ofManyThatChangeTheSameRevisionOneSucceeds() throws Exception {
    // Given
    Optional<Long> seen = Optional.of(create().metadata().revision());
    List<Callable<Note.Spec>> calls = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      Note.Spec spec = new Note.Spec("by " + n, n);
      calls.add(() -> store.change(Note.KIND, NAME, seen, _ -> new Wish<>(spec, Map.of())).spec());
    }
    calls.add(() -> store.requestDeletion(Note.KIND, NAME, seen).spec());

    // When
    List<Object> results = race(calls);

    // Then
    assertThat(results).filteredOn(Note.Spec.class::isInstance).hasSize(1);
    assertThat(results)
        .filteredOn(CommonProblem.class::isInstance)
        .hasSize(8)
        .allMatch(
            code -> code == CommonProblem.REVISION_MISMATCH || code == CommonProblem.BEING_DELETED);
  }

  @Test
  void concurrentChangesWithoutARevisionAllTakeEffect() throws Exception {
    // Given
    create();
    List<Callable<Note.Spec>> calls = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      calls.add(() ->
          store
              .change(
                  Note.KIND,
                  NAME,
                  Optional.empty(),
                  row ->
                      new Wish<>(
                          new Note.Spec(row.spec().text(), row.spec().copies() + 1), Map.of()))
              .spec());
    }

    // When
    race(calls);

    // Then
    var row = store.find(Note.KIND, NAME).orElseThrow();
    assertThat(row.spec().copies()).isEqualTo(11);
    assertThat(row.metadata().generation()).isEqualTo(11);
  }
}
