package io.homecloud.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.testkit.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseDoorIT {
  private static final Duration PAUSE = Duration.ofMillis(50);

  @AfterEach
  void others() {
    TestPostgres.start();
  }

  @Test
  void serverThatIsNotThereYetIsWaitedFor() throws Exception {
    // Given
    PostgresAccess access = TestPostgres.access();
    DatabaseDoor door = new DatabaseDoor(access.jdbcUrl(), access.user(), access.password(), PAUSE);
    TestPostgres.stop();
    CompletableFuture<String> told = new CompletableFuture<>();
    CompletableFuture<Void> open =
        CompletableFuture.runAsync(
            () -> {
              try {
                door.await(told::complete);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            // The common pool may have one thread only, which the JDK needs to see processes end.
            task -> Thread.ofVirtual().start(task));
    assertThat(told.get(30, TimeUnit.SECONDS)).startsWith("waiting for PostgreSQL: Connection");
    assertThat(open).isNotDone();

    // When
    TestPostgres.start();

    // Then
    open.get(30, TimeUnit.SECONDS);
  }

  @Test
  void serverThatRefusesIsNotWaitedFor() {
    // Given
    PostgresAccess access = TestPostgres.access();
    DatabaseDoor door = new DatabaseDoor(access.jdbcUrl(), access.user(), "guessed", PAUSE);

    // When, Then
    assertThatThrownBy(() -> door.await(_ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("PostgreSQL: FATAL: password authentication failed");
  }
}
