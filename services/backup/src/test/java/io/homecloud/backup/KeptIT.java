package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
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
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A lost database costs history: repositories, plans and copies are on the disks. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class KeptIT {
  @Inject BackupControl control;

  @Test
  void repositoriesPlansAndRunsAreBackAfterALostDatabase() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Path _ = repository(name, target("ext4", 64L << 20));
    Path disk = target("ext4", 64L << 20);
    Path away = repository(name + "-away", disk);
    plan(name, name, name, ",'retention':{'daily':7},'softQuota':'1Gi'");
    String run = run(name).path("metadata.name");
    String uid = asking().get(API + "/plans/" + name).path("metadata.uid");
    String identity = asking().get(API + "/repositories/" + name + "-away").path("status.identity");
    eventually(() -> {
      String kept = asking().get(STORAGE + "/documents/backup/plans").asString();
      assertThat(kept).contains(uid, identity);
    });
    eventually(() -> Shell.must("umount", disk.toString()));

    // When
    synchronized (control.keeper()) {
      // Not while it has read the one and not the other yet.
      control
          .plane()
          .database()
          .useTransaction(transaction -> {
            transaction.handle().execute("delete from resource");
            transaction.handle().execute("delete from kept_document");
          });
    }
    control.keeper().lookAtPools();

    // Then
    eventually(() -> {
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(plan.<String>path("metadata.uid")).as(plan.asString()).isEqualTo(uid);
      assertThat(plan.<String>path("spec.softQuota")).isEqualTo("1Gi");
      Response back = asking().get(API + "/runs/" + run);
      assertThat(back.<String>path("status.state")).as(back.asString()).isEqualTo("Completed");
    });
    assertThat(asking().get(API + "/runs?plan=" + name).asString()).contains(run);
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("as it was");
    // Of a disk that is not mounted it is known that it is one.
    eventually(() -> {
      Response missing = asking().get(API + "/repositories/" + name + "-away");
      assertThat(reason(missing)).as(missing.asString()).isEqualTo("NotThere");
    });
    assertThat(away).doesNotExist();
    assertThat(UUID.fromString(uid)).isNotNull();
  }
}
