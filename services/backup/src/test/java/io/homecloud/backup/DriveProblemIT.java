package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Drives that are here and cannot be used. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DriveProblemIT {
  @Test
  void aDriveThatCannotBeUsedIsDueAndTheRepositorySaysWhich() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    String pool = asking().get(Asking.STORAGE + "/pools/home").path("metadata.uid");
    Drive good = Drive.made("ext4", "good", 64L << 20);
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s,%s/homecloud'}".formatted(good.uuid(), pool));

    // When
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true}".formatted(name));

    // Then
    completed(name, 1);
    eventually(() -> {
      Response set = asking().get(API + "/repositories/" + name);
      assertThat(reason(set)).as(set.asString()).isEqualTo("Ready");
      assertThat(condition(set, "DrivesUsable", "status")).as(set.asString()).isEqualTo("False");
      assertThat(condition(set, "DrivesUsable", "message"))
          .contains(pool, "pool home")
          .doesNotContain(good.uuid());
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(condition(plan, "DriveDue", "status")).as(plan.asString()).isEqualTo("True");
      assertThat(condition(plan, "DriveDue", "message")).contains("cannot be used", "pool home");
      assertThat(plan.<String>path("status.driveDue")).isEqualTo(pool);
    });
  }
}
