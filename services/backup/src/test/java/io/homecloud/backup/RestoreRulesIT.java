package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies.Bringing;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restore never does. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RestoreRulesIT {
  @Inject BackupControl control;

  @Test
  void aNewVolumeIsNeverOneThatIsThere() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Path there = volume(name + "-there");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    String fresh = "{'run':'%s','target':{'newVolume':{'name':'%s','pool':'home'}}}";

    // When, then
    assertProblem(
        wish(API + "/restores", freshName(), fresh.formatted(run, name + "-there")),
        409,
        "name-taken");
    assertThat(there).isEmptyDirectory();

    // And when there is none of that name
    String restore = freshName();
    Response _ = wish(API + "/restores", restore, fresh.formatted(run, name + "-new"));

    // Then it is known whose it is, should the restore be killed and repeated
    Response done = ended("restores", restore);
    assertThat(done.<String>path("status.state")).as(done.asString()).isEqualTo("Completed");
    assertThat(
            asking()
                .get(STORAGE + "/volumes/" + name + "-new")
                .<String>path("metadata.labels.'homecloud.io/restore'"))
        .isEqualTo(done.path("metadata.uid"));
  }

  @Test
  void aLinkInPlaceOfAVolumeIsNotGoneThrough() throws IOException {
    // Given: a disk that somebody has prepared
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    Response run = run(name);
    Path outside = Files.createDirectory(BackupHouse.disks().directory().resolve(freshName()));
    Files.writeString(outside.resolve("secret.txt"), "of root");
    Path copied = root.resolve(run.<String>path("status.tree")).resolve(name);
    Files.move(copied, copied.resolveSibling("aside"));
    Files.createSymbolicLink(copied, outside);
    String spec = "{'run':'%s'}".formatted(run.<String>path("metadata.name"));

    // When, then
    assertProblem(wish(API + "/restores", freshName(), spec), 404, "file-not-found");

    // And when it came there after that was looked at
    Path into = Files.createDirectory(BackupHouse.disks().directory().resolve(freshName()));
    RunFiles.Whole copy =
        control
            .runFeature()
            .files()
            .copy(
                control
                    .plane()
                    .resources()
                    .find(BackupKinds.RUN, new Name(run.path("metadata.name")))
                    .orElseThrow());
    Copied brought =
        copy.copies()
            .bring(
                new Bringing(
                    "hostile", copy.copy(), new Name(name), List.of(RelativePath.TOP), into),
                _ -> {});

    // Then
    assertThat(brought).isInstanceOf(Copied.Not.class);
    assertThat(into).isEmptyDirectory();
  }
}
