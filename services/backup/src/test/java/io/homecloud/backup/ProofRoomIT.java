package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of what duplicity tells no sizes of no more is restored at once than there is room for. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ProofRoomIT {
  private final Path place = BackupHouse.scratch().resolve("homecloud-proof");

  @BeforeEach
  void takeASmallDisk() throws IOException {
    Files.createDirectories(place);
    Path disk = BackupHouse.disks().disk(16L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", "-O", "^has_journal", disk.toString());
    String _ = Shell.must("mount", disk.toString(), place.toString());
  }

  @AfterEach
  void giveItBack() {
    eventually(() -> Shell.must("umount", place.toString()));
  }

  @Test
  void thatThereIsNoRoomForWhatDuplicityPreparesIsSaidAndNoFileIsCalledWrong() throws IOException {
    // Given: of a disk for its data that is too small for a restore
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "for i in 1 2 3; do echo $i > %s-$i; done; sleep 1".formatted(name));
    Path _ = DuplicityAsking.repository(name, "");
    Path room =
        BackupHouse.disks()
            .directory()
            .resolve("backup/duplicity")
            .resolve(asking().get(API + "/repositories/" + name).<String>path("metadata.uid"));
    Path disk = BackupHouse.disks().disk(64L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", disk.toString());
    String _ = Shell.must("mount", disk.toString(), room.toString());
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    eventually(() ->
        assertThat(asking().get(API + "/search?name=" + name + "*").<List<?>>path("items"))
            .isNotEmpty());

    // When
    Response task = asking().body("").post(API + "/plans/" + name + "/verify?wait=300s");

    // Then
    eventually(() -> Shell.must("umount", room.toString()));
    assertThat(task.<String>path("state")).as(task.asString()).isEqualTo("Failed");
    assertThat(task.<String>path("message")).contains("no room for the volumes");
    assertThat(
            asking()
                .get(API + "/plans/" + name)
                .<String>path("status.conditions.find{it.type=='Verified'}.reason"))
        .isNotEqualTo("Wrong");
  }

  @Test
  void filesThatAreDamagedCondemnNoOther() throws IOException {
    // Given: in the first volume of 4 MB are not all of them
    String name = freshName();
    Path files = volume(name);
    String _ =
        Shell.in(
            files,
            "for i in 1 2 3 4 5 6; do head -c 1000000 /dev/urandom > %s-$i; done; sleep 1"
                .formatted(name));
    Path root = DuplicityAsking.repository(name, "");
    plan(name, name, name, ",'verify':{'sample':'6'}");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    eventually(() ->
        assertThat(asking().get(API + "/search?name=" + name + "*").<List<?>>path("items"))
            .isNotEmpty());
    DuplicityAsking.flipABit(root);

    // When
    Response task = asking().body("").post(API + "/plans/" + name + "/verify?wait=120s");

    // Then
    assertThat(task.<String>path("state")).as(task.asString()).isEqualTo("Completed");
    assertThat(task.<Integer>path("result.files")).isEqualTo(6);
    assertThat(task.<Integer>path("result.wrong")).as(task.asString()).isBetween(3, 5);
  }

  @Test
  void lessAtATimeIsProvenWhereThereIsNoRoomForAll() throws IOException {
    // Given: three files that do not fit together, and a copy of which nobody knows how large it is
    String name = freshName();
    Path files = volume(name);
    String _ =
        Shell.in(
            files,
            "for i in 1 2 3; do head -c 5500000 /dev/urandom > %s-$i; done; sleep 1"
                .formatted(name));
    Path root = DuplicityAsking.repository(name, "");
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    for (String what : List.of("/plans/", "/repositories/")) {
      asking().delete(API + what + name + "?wait=60s").then().statusCode(204);
    }
    var _ = made(API + "/repositories", name, DuplicityAsking.spec("file://" + root, name, ""));
    plan(name, name, name, ",'verify':{'sample':'3'}");
    eventually(() ->
        assertThat(asking().get(API + "/search?name=" + name + "*").<List<?>>path("items"))
            .isNotEmpty());

    // When
    Response task = asking().body("").post(API + "/plans/" + name + "/verify?wait=120s&all=true");

    // Then
    assertThat(task.<String>path("state")).as(task.asString()).isEqualTo("Completed");
    assertThat(task.<Boolean>path("result.all")).as(task.asString()).isFalse();
    assertThat(task.<Integer>path("result.files")).isEqualTo(3);
    assertThat(task.<Integer>path("result.wrong")).isZero();
    eventually(() ->
        assertThat(Asking.condition(asking().get(API + "/plans/" + name), "Verified", "message"))
            .contains("Not all: ", "HOMECLOUD_BACKUP_SCRATCH"));
  }

  @Test
  void allOfATreeIsProvenPieceByPieceButForWhatFitsNowhere() throws IOException {
    // Given: three files that do not fit together, and one that is larger than the room
    String name = freshName();
    Path files = volume(name);
    String _ =
        Shell.in(
            files,
            "for i in 1 2 3; do head -c 5000000 /dev/urandom > %1$s-$i; done; head -c 12000000 /dev/urandom > %1$s-4"
                .formatted(name));
    Path _ = Asking.repository(name, Asking.target("ext4", 100L << 20));
    plan(name, name, name, "");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    eventually(() ->
        assertThat(asking().get(API + "/search?name=" + name + "*").<List<?>>path("items"))
            .isNotEmpty());

    // When
    Response task = asking().body("").post(API + "/plans/" + name + "/verify?wait=120s&all=true");

    // Then
    assertThat(task.<String>path("state")).as(task.asString()).isEqualTo("Completed");
    assertThat(task.<Boolean>path("result.all")).as(task.asString()).isTrue();
    assertThat(task.<Integer>path("result.files")).isEqualTo(3);
    assertThat(task.<Integer>path("result.wrong")).isZero();
    assertThat(task.<String>path("result.leftOut"))
        .contains("1 files with 12000000 bytes", "HOMECLOUD_BACKUP_SCRATCH");
  }
}
