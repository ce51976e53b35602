package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.condition;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Copies that are lost with the disk that they are to outlive. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SameDiskIT {
  @Test
  void aRepositoryOnTheDiskOfTheSystemSaysSo() {
    // Given
    String own = freshName();
    String same = freshName();

    // When: the second one where a disk was to be mounted
    Path _ = repository(own, target("ext4", 64L << 20));
    Path _ = repository(same, BackupHouse.disks().directory());

    // Then
    assertThat(onSystemDisk(own)).isEqualTo("False");
    assertThat(onSystemDisk(same)).isEqualTo("True");
    assertThat(asking().accept("text/html").get("/backups").asString())
        .contains("is on the disk that this system is on");
  }

  private static String onSystemDisk(String repository) {
    return condition(asking().get(API + "/repositories/" + repository), "OnSystemDisk", "status");
  }

  @Test
  void aPlanThatCopiesToTheDisksOfItsVolumeSaysSo() {
    // Given
    String own = freshName();
    String same = freshName();
    Path _ = volume(own);
    Path _ = repository(own, target("ext4", 64L << 20));
    Path _ = repository(same, volume(same));

    // When
    plan(own, own, own, "");
    plan(same, same, own, "");

    // Then
    eventually(() -> assertThat(onSourceDisk(own, "status")).isEqualTo("False"));
    eventually(() -> assertThat(onSourceDisk(same, "status")).isEqualTo("True"));
    assertThat(onSourceDisk(same, "message")).contains(same, own);
  }

  private static String onSourceDisk(String plan, String what) {
    Response shown = asking().get(API + "/plans/" + plan);
    return condition(shown, "OnSourceDisk", what);
  }
}
