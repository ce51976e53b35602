package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.shown;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies that take long to delete. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DeletionsIT {
  /** As many as are looked at at once. */
  private static final int ALL_THREADS = 16;

  @Test
  void howeverManyGoEverythingElseIsLookedAtMeanwhile() throws IOException {
    // Given: a disk on which nothing can be deleted for now
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path _ = repository(name, disk);
    plan(name, name, name, "");
    for (int i = 0; i <= ALL_THREADS; i++) {
      String _ = order(name);
      completed(name, i + 1);
    }
    List<String> old = runs(name).subList(0, ALL_THREADS);
    String _ = Shell.must("fsfreeze", "--freeze", disk.toString());
    try {
      for (String run : old) {
        asking().delete(API + "/runs/" + run).then().statusCode(202);
      }

      // When, then
      Path _ = repository(freshName(), target("ext4", 64L << 20));
      assertThat(runs(name)).hasSize(ALL_THREADS + 1);
    } finally {
      String _ = Shell.must("fsfreeze", "--unfreeze", disk.toString());
    }

    // Then
    within(Duration.ofMinutes(2), () -> assertThat(runs(name)).hasSize(1));
    assertThat(Shell.in(disk, "ls -d */*/runs/*Z | wc -l")).isEqualTo("1");
  }

  @Test
  void aCopyThatIsBeingDeletedIsNotProven() throws IOException {
    // Given: the first copy takes a moment to be proven, and the second one cannot be deleted
    String name = freshName();
    Path files = volume(name);
    String large = name + "-large";
    String _ = Shell.in(files, "truncate -s 800M " + large);
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'verify':{'sample':'2'}");
    String _ = order(name);
    completed(name, 1);
    String _ = Shell.in(files, "rm * && sleep 1 && echo small > " + name + "-small");
    String second = order(name);
    completed(name, 2);
    Path copy = root.resolve(shown(second).<String>path("status.tree"));
    Path deleting = copy.resolveSibling(copy.getFileName() + ".deleting");
    String small = "/" + name + "/" + name + "-small";
    String _ = Shell.must("chattr", "+i", copy + small);
    eventually(() ->
        assertThat(asking().get(API + "/search?name=" + name + "-*").<List<?>>path("items"))
            .hasSize(2));

    // When
    String task = asking().body("").post(API + "/plans/" + name + "/verify").<String>path("id");
    Path proof = BackupHouse.scratch().resolve("homecloud-proof");
    // Or it was over sooner than anybody looked.
    eventually(() ->
        assertThat(Shell.in(proof, "find . -name '*large*'") + state(task))
            .containsAnyOf("large", "Completed"));
    eventually(() -> asking().delete(API + "/runs/" + second).then().statusCode(202));
    eventually(() -> assertThat(deleting).isDirectory());

    // Then
    eventually(() -> assertThat(state(task)).isEqualTo("Completed"));
    Response ended = asking().get(API + "/tasks/" + task);
    assertThat(ended.<Integer>path("result.wrong")).as(ended.asString()).isZero();
    String _ = Shell.must("chattr", "-i", deleting + small);
    eventually(() -> assertThat(runs(name)).hasSize(1));
  }

  private static String state(String task) {
    return asking().get(API + "/tasks/" + task).path("state");
  }
}
