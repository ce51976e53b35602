package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.snapshotsOf;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A run finds out from storage what has changed, and says when it did not. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class CostOfNothingIT {
  private static String how(Response run) {
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    return run.path("status.looked.how");
  }

  private static Response run(String plan, String look) {
    Response ordered = asking().body("").post(API + "/plans/" + plan + "/run?look=" + look);
    assertThat(ordered.statusCode()).as(ordered.asString()).isEqualTo(202);
    return ended("runs", ordered.path("metadata.name"));
  }

  private static Path copy(Path root, String plan) throws IOException {
    return root.resolve(plan + "/latest").toRealPath().resolve(plan);
  }

  @Test
  void nothingIsLookedAtWhenNothingChangedAndWhatChangedIsProven() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "mkdir -p a/b; for i in $(seq 300); do echo $i > a/b/$i; done");
    Path root = repository(name, target("btrfs", 300L << 20));
    plan(name, name, name, "");
    Response first = Asking.run(name);

    // When
    Response nothing = Asking.run(name);
    String _ = Shell.in(files, "mv a/b c; rm c/7; chmod 600 c/8; ln c/9 also; echo new > c/10");
    Response changed = run(name, "prove");
    Response scanned = run(name, "scan");

    // Then
    assertThat(how(first)).isEqualTo("Scan");
    assertThat(first.<String>path("status.looked.because")).isEqualTo("It is the first copy.");
    assertThat(how(nothing)).as(nothing.asString()).isEqualTo("Changes");
    assertThat(nothing.<Integer>path("status.looked.files")).isZero();
    assertThat(nothing.<Object>path("status.contents.files"))
        .isEqualTo(first.path("status.contents.files"));
    assertThat(how(changed)).as(changed.asString()).isEqualTo("Changes");
    assertThat(changed.<Integer>path("status.looked.files")).isBetween(5, 20);
    assertThat(how(scanned)).isEqualTo("Scan");
    assertThat(scanned.<Object>path("status.contents.files"))
        .isEqualTo(changed.path("status.contents.files"));
    assertThat(scanned.<Object>path("status.contents.bytes"))
        .isEqualTo(changed.path("status.contents.bytes"));
    assertThat(Shell.everything(copy(root, name))).isEqualTo(Shell.everything(files));
    eventually(() -> assertThat(snapshotsOf(changed)).isEmpty());
    assertThat(snapshotsOf(scanned)).hasSize(1);
    Asking.assertProblem(
        asking().body("").post(API + "/plans/" + name + "/run?look=away"),
        400,
        "parameter-invalid");
  }

  @Test
  void twoNamesOfOneFileThatAreOfTwoNowAreTwoAfterAScan() throws Exception {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ =
        Shell.in(
            files,
            """
            mkdir d; echo same > a; ln a d/a; ln a z
            for n in b "$(printf 'new\\nline')" -rf; do ln a "./$n"; ln a "d/$n"; done
            mkfifo p; ln p d/p; ln -s nowhere l; ln -P l d/l; touch -h -d 2001-01-01 l
            """);
    Path root = repository(name, target("btrfs", 300L << 20));
    plan(name, name, name, "");
    Response first = Asking.run(name);

    // When
    String _ =
        Shell.in(
            files,
            """
            cp -p a one; mv one d/a; chmod 600 d/a
            cp -p a one; setfattr -n user.colour -v blue one; ln -f one d/-rf; mv one d/b
            rm d/p; mkfifo -m 600 d/p; rm d/l; ln -s nowhere d/l
            """);
    Response scanned = run(name, "scan");

    // Then
    assertThat(how(scanned)).as(scanned.asString()).isEqualTo("Scan");
    assertThat(Shell.everything(copy(root, name))).isEqualTo(Shell.everything(files));
    assertThat(scanned.<Object>path("status.contents.files"))
        .isEqualTo(first.path("status.contents.files"));
  }

  @Test
  void whatIsNotCertainIsLookedAt() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "kept/1", "one");
    file(files, "other/2", "two");
    Path root = repository(name, target("btrfs", 300L << 20));
    plan(name, name, name, "");
    Response first = Asking.run(name);

    // When: the snapshot of the last run was deleted, then its copy was written to, then the plan
    // has other sources
    asking()
        .delete(STORAGE + "/snapshots/" + snapshotsOf(first).getFirst() + "?wait=60s")
        .then()
        .statusCode(204);
    file(files, "kept/3", "three");
    Response lost = Asking.run(name);
    Path copy = copy(root, name);
    String _ =
        Shell.must(
            "btrfs",
            "property",
            "set",
            root.resolve(name + "/latest").toRealPath().toString(),
            "ro",
            "false");
    file(copy, "kept/1", "damaged");
    Response opened = Asking.run(name);
    asking()
        .body(
            "{\"spec\":{\"sources\":[{\"volume\":\"%s\",\"exclude\":[\"/other\"]}]}}"
                .formatted(name))
        .patch(API + "/plans/" + name)
        .then()
        .statusCode(200);
    Response others = Asking.run(name);
    Response again = Asking.run(name);

    // Then
    assertThat(how(lost)).isEqualTo("Scan");
    assertThat(how(opened)).isEqualTo("Scan");
    assertThat(how(others)).isEqualTo("Scan");
    assertThat(others.<String>path("status.looked.because")).contains("sources are others");
    assertThat(how(again)).as(again.asString()).isEqualTo("Changes");
    assertThat(copy(root, name).resolve("kept/1")).hasContent("one");
    assertThat(copy(root, name).resolve("other")).doesNotExist();
  }

  @Test
  void theLastSnapshotGoesWithThePlan() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a", "a");
    Path _ = repository(name, target("btrfs", 200L << 20));
    plan(name, name, name, "");
    Response run = Asking.run(name);
    assertThat(snapshotsOf(run)).hasSize(1);

    // When
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);

    // Then
    eventually(() -> assertThat(snapshotsOf(run)).isEmpty());
  }
}
