package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plans that copy when a drive is plugged in, and at no other time. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class AttachPlansIT {
  @Inject TestClock clock;
  @Inject BackupControl control;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private Response lookedAt(String plan) {
    return Asking.lookedAt(control, API + "/plans/" + plan);
  }

  @Test
  void itIsOverdueAndItsProofOwedUntilADriveComes() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive drive = Drive.made("ext4", "only", 64L << 20);
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s/homecloud'}".formatted(drive.uuid()));
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true}".formatted(name));
    completed(name, 1);
    assertThat(condition(lookedAt(name), "Overdue", "status")).isEqualTo("False");
    eventually(() ->
        assertThat(asking().get(API + "/search?name=a.txt").<List<?>>path("items")).isNotEmpty());
    eventually(() -> assertThat(drive.isMounted()).isFalse());
    Drive away = drive.unplugged();
    eventually(() ->
        assertThat(drive.in(asking().get(API + "/repositories/" + name), "present"))
            .isEqualTo(false));
    // A look that began before that was written down ends before the clock is set.
    asking()
        .body("{\"spec\":{\"retention\":{\"last\":7}}}")
        .patch(API + "/plans/" + name + "?wait=60s")
        .then()
        .statusCode(200);

    // When: nobody plugs it in for twice a week
    clock.set(Instant.now().plus(Duration.ofDays(15)));

    // Then: the proof of these Sundays is not tried in vain
    eventually(() -> {
      Response plan = lookedAt(name);
      assertThat(condition(plan, "Overdue", "status")).as(plan.asString()).isEqualTo("True");
      assertThat(condition(plan, "Overdue", "message")).contains("plugged in");
      assertThat(condition(plan, "Verified", "reason")).isEqualTo("NotYet");
      assertThat(plan.<String>path("status.verification.lastDue")).isNull();
      assertThat(plan.<String>path("status.verification.next")).isNotNull();
    });

    // And when somebody does
    Drive _ = away.pluggedIn();

    // Then
    completed(name, 2);
    eventually(() -> {
      Response plan = lookedAt(name);
      assertThat(condition(plan, "Overdue", "status")).as(plan.asString()).isEqualTo("False");
      assertThat(condition(plan, "Verified", "status")).as(plan.asString()).isEqualTo("True");
    });
  }
}
