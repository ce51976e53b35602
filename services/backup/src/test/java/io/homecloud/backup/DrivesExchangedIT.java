package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.runs;
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

/** A drive of a set dies, and another takes its place. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DrivesExchangedIT {
  private static Response set(String name) {
    return asking().get(API + "/repositories/" + name);
  }

  private static String url(Drive... drives) {
    return "drive:"
        + String.join(",", java.util.Arrays.stream(drives).map(Drive::uuid).toList())
        + "/homecloud";
  }

  private static Response change(String name, String url) {
    return asking()
        .body("{\"spec\":{\"url\":\"%s\"}}".formatted(url))
        .patch(API + "/repositories/" + name + "?wait=60s");
  }

  /** Storage gathers what the kernel tells; that something was formatted it tells nobody. */
  private static Drive seen(Drive drive) {
    eventually(() ->
        assertThat(asking().get(Asking.STORAGE + "/disks?limit=1000").asString())
            .contains(drive.uuid()));
    return drive;
  }

  @Test
  void anotherDriveTakesThePlaceOfOneThatIsDead() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive kept = Drive.made("ext4", "kept", 64L << 20);
    var _ = made(API + "/repositories", name, "{'engine':'rsync','url':'%s'}".formatted(url(kept)));
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true}".formatted(name));
    completed(name, 1);
    String first = runs(name).getFirst();
    Drive away = kept.unplugged();
    Drive dying = seen(Drive.made("ext4", "dying", 64L << 20));

    // When one is added
    assertThat(change(name, url(away, dying)).statusCode()).isEqualTo(200);

    // Then
    completed(name, 2);
    String onDying =
        runs(name).stream().filter(run -> !run.equals(first)).findFirst().orElseThrow();
    eventually(() -> assertThat(dying.in(set(name), "runs")).isEqualTo(1));
    String identity = set(name).path("status.identity");

    // And when it is exchanged
    Drive _ = dying.unplugged();
    Drive fresh = seen(Drive.made("ext4", "fresh", 64L << 20));
    assertThat(change(name, url(away, fresh)).statusCode()).isEqualTo(200);

    // Then what was on it is not known any more, and all else is
    eventually(() -> assertThat(runs(name)).doesNotContain(onDying).contains(first));
    completed(name, 2);
    eventually(() -> {
      Response set = set(name);
      assertThat(fresh.in(set, "runs"))
          .as(
              set.asString()
                  + asking()
                      .get(API + "/runs?limit=1000&labelSelector=homecloud.io/plan=" + name)
                      .asString())
          .isEqualTo(1);
      assertThat(away.in(set, "runs")).isEqualTo(1);
      assertThat(set.<String>path("status.identity")).isEqualTo(identity);
      assertThat(set.<java.util.List<?>>path("status.drives")).hasSize(2);
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(condition(plan, "DriveDue", "status")).as(plan.asString()).isEqualTo("False");
    });
    Drive _ = away.pluggedIn();
    eventually(() ->
        assertThat(asking().get(API + "/runs/" + first + "/files/" + name + "/a.txt").asString())
            .isEqualTo("a"));

    // And it is still the same place on each, and nobody else's
    String other = freshName();
    Drive others = Drive.made("ext4", "others", 64L << 20);
    var _ =
        made(API + "/repositories", other, "{'engine':'rsync','url':'%s'}".formatted(url(others)));
    assertProblem(change(name, url(away, others)), 409, "url-taken");
    assertProblem(
        change(name, url(away, fresh).replace("/homecloud", "/elsewhere")), 422, "field-immutable");
    assertProblem(change(name, "file:///tmp/copies"), 422, "field-immutable");
  }
}
