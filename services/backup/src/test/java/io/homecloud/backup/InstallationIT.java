package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.InstallationKey;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** The installation itself is copied, and nobody reads it who has not got its key. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class InstallationIT {
  private static final Path DATA = BackupHouse.disks().directory();

  @Test
  void databaseKeysAndIdentityAreInACopyThatTheKeyOpens() throws IOException {
    // Given
    String name = freshName();
    Files.createDirectories(DATA.resolve("secrets/more"));
    Files.writeString(DATA.resolve("secrets/more/" + name), "a secret");
    Files.writeString(DATA.resolve("secrets/more/" + name + ".next"), "half a sec");
    Path root = repository(name, target("ext4", 100L << 20));
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%s','sources':[{'installation':true}]}".formatted(name));
    Path hooks = Files.createDirectories(DATA.resolve("hooks"));
    program(hooks.resolve(name), "rwx------");
    program(hooks.resolve(name + "-of-all"), "rwxrwxrwx");

    // When
    Response run = run(name);

    // Then
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    Path copy = root.resolve(name + "/latest/homecloud-installation").toRealPath();
    Path sealed = copy.resolve("installation.tar.gz.enc");
    assertThat(copy.resolve("README.txt")).content(StandardCharsets.UTF_8).contains("--restore");
    assertThat(new String(Files.readAllBytes(sealed), StandardCharsets.ISO_8859_1))
        .startsWith("Salted__")
        .doesNotContain(name);
    Path opened = Files.createTempDirectory(DATA, "opened");
    String _ =
        Shell.in(
            opened,
            "openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -md sha256 -in '%s' -pass file:'%s' | tar xz; sha256sum --quiet --strict -c SHA256SUMS"
                .formatted(sealed, DATA.resolve("secrets/installation-backup.key")));
    assertThat(opened.resolve("secrets/more/" + name)).hasContent("a secret");
    assertThat(opened.resolve("secrets/more/" + name + ".next")).doesNotExist();
    assertThat(InstallationKey.values())
        .as("made at the first start, though nothing was sealed yet")
        .allSatisfy(key -> assertThat(key.in(opened.resolve("secrets"))).isRegularFile());
    assertThat(opened.resolve("hooks/" + name)).hasContent("#!/bin/sh").isExecutable();
    assertThat(opened.resolve("hooks/" + name + "-of-all")).doesNotExist();
    assertThat(opened.resolve("installation-id"))
        .hasSameTextualContentAs(DATA.resolve("installation-id"));
    assertThat(opened.resolve("dump.sql"))
        .content(StandardCharsets.UTF_8)
        .startsWith("-- homecloud dump 1\n-- schema backup at ")
        .contains("COPY \"backup\".\"resource\" (", '"' + name + '"')
        .endsWith("-- end\n");
    eventually(() -> assertThat(DATA.resolve("backup/installation")).isEmptyDirectory());
  }

  private static void program(Path file, String rights) throws IOException {
    Files.writeString(file, "#!/bin/sh\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  @Test
  void itIsASourceLikeOthersAndNothingElse() {
    // Given
    String name = freshName();
    Path _ = repository(name, target("ext4", 64L << 20));

    // When, Then
    for (String source :
        new String[] {
          "{'installation':true,'path':'secrets'}",
          "{'installation':true,'volume':'photos'}",
          "{'volume':'homecloud-installation'}",
          "{'installation':true},{'installation':true}"
        }) {
      assertProblem(
          wish(
              API + "/plans",
              freshName(),
              "{'repository':'%s','sources':[%s]}".formatted(name, source)),
          422,
          "sources-refused");
    }
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%s','sources':[{'installation':true}]}".formatted(name));
    assertThat(asking().get(API + "/plans/" + name).<Boolean>path("spec.sources[0].installation"))
        .isTrue();
    asking()
        .body("{\"spec\":{\"schedule\":\"0 3 * * *\"}}")
        .patch(API + "/plans/" + name)
        .then()
        .statusCode(200);
  }
}
