package io.homecloud.backup;

import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.DuplicityAsking.PASSPHRASE;
import static io.homecloud.backup.DuplicityAsking.repository;
import static io.homecloud.backup.DuplicityAsking.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Passphrases that are changed. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityKeysIT {
  @Inject TestClock clock;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  @Test
  void noChainIsBegunWithAnotherPassphraseThanTheOneBefore() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, ",'fullEvery':'1h'");
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    String before = Shell.in(root, "ls duplicity-*");

    // When
    clock.set(Instant.now().plus(Duration.ofHours(2)));
    secret(name, "passphrase", "a wrong one");
    Response wrong = run(name);

    // Then
    assertThat(reason(wrong)).as(wrong.asString()).isEqualTo("KeyWrong");
    assertThat(Shell.in(root, "ls duplicity-*")).isEqualTo(before);

    // And when it is the right one again
    secret(name, "passphrase", PASSPHRASE);
    Response right = ended("runs", order(name));

    // Then
    assertThat(right.<String>path("status.state")).as(right.asString()).isEqualTo("Completed");
    assertThat(Shell.in(root, "ls duplicity-full.*.manifest* | wc -l").strip()).isEqualTo("2");
  }
}
