package io.homecloud.control.reconcile;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a reconciler throws, and how its resource says so. */
class ReconcilerTroubleIT extends WatchedLoop {
  @Test
  void whatAReconcilerThrowsIsAFailureOfItsResourceOnly() {
    // Given
    AtomicInteger thrown = new AtomicInteger();
    behaviour =
        note -> {
          int before = note.name().value().equals("bad") ? thrown.getAndIncrement() : 2;
          return switch (before) {
            case 0 -> throw new StackOverflowError();
            case 1 -> throw new IllegalStateException("a bug");
            default -> settled(note);
          };
        };

    // When
    create(plane, "bad", NODE);
    create(plane, "good", NODE);

    // Then
    eventually(() -> assertThat(find("good").ready()).isTrue());
    eventually(() -> assertThat(find("bad").ready()).isTrue());
    assertThat(thrown).hasValueGreaterThan(2);
  }

  /** As a failure of the host does: says what it is. */
  private static final class Full extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;

    @Override
    public String reason() {
      return "PoolFull";
    }

    @Override
    public String sentence() {
      return "The pool is full.";
    }
  }

  private Condition ready(String name) {
    return Conditions.find(find(name).conditions(), Condition.READY).orElseThrow();
  }

  @Test
  void whatAReconcilerThrowsIsSeenInItsResourceUntilItSucceeds() {
    // Given
    create(plane, "one", NODE);
    eventually(() -> assertThat(find("one").ready()).isTrue());
    behaviour =
        _ -> {
          throw new Full();
        };

    // When
    wish(plane, "one", 7);

    // Then
    // The look at everything at the start may have come upon the wish before this one.
    eventually(() -> assertThat(ready("one").observedGeneration()).isEqualTo(2));
    assertThat(ready("one").reason()).isEqualTo("PoolFull");
    assertThat(ready("one").status()).isEqualTo(Condition.Truth.False);
    assertThat(ready("one").message()).isEqualTo("The pool is full. It is tried again by itself.");
    // The rest still speaks of what was last seen.
    assertThat(Objects.requireNonNull(find("one").status()).copies()).isEqualTo(1);
    assertThat(Objects.requireNonNull(find("one").status()).observedGeneration()).isEqualTo(1);
    behaviour = WatchedLoop::settled;
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(Objects.requireNonNull(find("one").status()).copies()).isEqualTo(7);
    assertThat(ready("one").reason()).isEqualTo("Ready");
  }

  @Test
  void aBugIsSeenWithoutItsWordsInAResourceThatWasNeverThere() {
    // Given
    behaviour =
        _ -> {
          throw new IllegalStateException("row 7 of secret");
        };

    // When
    create(plane, "one", NODE);

    // Then
    eventually(() -> assertThat(find("one").conditions()).hasSize(1));
    assertThat(ready("one").reason()).isEqualTo("WentWrong");
    assertThat(ready("one").message()).contains("log of the service").doesNotContain("row 7");
    assertThat(Objects.requireNonNull(find("one").status()).observedGeneration()).isZero();
  }
}
