package io.homecloud.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proof was made while the clock was ahead: the next ones count all the same. */
class ProofsTest {
  private static final Instant NOW = Instant.parse("2026-12-02T03:00:00Z");
  private static final Instant AHEAD = Instant.parse("2031-01-01T03:00:00Z");

  private static final Proof OLD = proof(NOW.minusSeconds(86_400), 0);
  private static final Proof OF_AHEAD = proof(AHEAD, 0);
  private static final Proof NEXT = proof(NOW.plusSeconds(3600), 2);

  private static Proof proof(Instant at, long wrong) {
    return new Proof(at, true, 3, 3, 0, wrong, List.of(), List.of(), null);
  }

  @Test
  void theNextProofIsTheNewest() {
    // Given
    VerifyStatus said = new VerifyStatus(AHEAD, OF_AHEAD, AHEAD, AHEAD);

    // When
    VerifyStatus right = said.notAhead(NOW);

    // Then: it is due again, and one of everything next month
    assertThat(right.lastDue()).isEqualTo(NOW);
    assertThat(right.lastAll()).isEqualTo(NOW);
    assertThat(Proofs.newest(right.last(), List.of(OF_AHEAD, OLD), NOW)).isEqualTo(right.last());
    assertThat(Proofs.newest(right.last(), List.of(OF_AHEAD, NEXT, OLD), NOW.plusSeconds(7200)))
        .isEqualTo(NEXT);
  }

  @Test
  void withoutAnotherOneItIsTold() {
    // When, Then
    assertThat(Proofs.newest(null, List.of(OF_AHEAD), NOW)).isEqualTo(OF_AHEAD);
    assertThat(Proofs.newest(OLD, List.of(NEXT), NOW.plusSeconds(7200))).isEqualTo(NEXT);
  }
}
