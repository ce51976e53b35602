package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a person does with {@code ./homecloud}, from the first {@code up} to the last {@code down}.
 * Runs after packaging, on what was packaged.
 */
class HomecloudStoryIT {
  private static final String PASSPHRASE = "correct horse battery";

  private final LoopDisks disks = new LoopDisks();
  private final Installed home = installed("data");

  @AfterEach
  void nothingIsLeft() {
    home.close();
    disks.close();
  }

  @Test
  void imageServesFilesSurvivesAKillGoesAwayWithoutATraceAndLeavesItsKeysInAKit() throws Exception {
    // Given
    Exited up = home.mustUp("--size", "4G");
    assertThat(up.stdout()).contains("homecloud runs at " + home.url(), home.data().toString());
    assertThat(home.put("volumes/files/files/hello.txt", "hello")).isIn(200, 201, 204);
    String token = home.token();
    Path kit = kit();
    Path copies = copiedInstallation();
    copyEmmasFiles(copies);

    // When
    Exited again = home.homecloud("up");
    Script.tool("kill", "-KILL", home.pid());
    Exited status = home.homecloud("status");
    Exited recovered = home.homecloud("up");
    HttpResponse<String> file = home.get("volumes/files/files/hello.txt");
    within(
        Duration.ofMinutes(2),
        () ->
            assertThat(home.homecloud("status").stdout()).containsPattern("(?m)^https +https://"));
    Exited healthy = home.homecloud("status");
    String https =
        Script.tool("curl", "-ks", "-o", "/dev/null", "-w", "%{http_code}", front(healthy));
    Exited logs = home.homecloud("logs");
    Exited down = home.homecloud("down");

    // Then
    assertThat(again.code()).as(again.stderr()).isZero();
    assertThat(again.stdout()).contains("it is running already");
    assertThat(status.code()).isEqualTo(3);
    assertThat(recovered.code()).as(recovered.stdout() + recovered.stderr()).isZero();
    assertThat(recovered.stderr()).isEmpty();
    assertThat(file.body()).isEqualTo("hello");
    assertThat(healthy.stdout()).containsPattern("home +Healthy");
    assertThat(https).isEqualTo("200");
    assertThat(logs.stdout()).contains("starting in " + home.data());
    assertThat(down.code()).as(down.stdout() + down.stderr()).isZero();
    assertThat(home.homecloud("down").code()).isEqualTo(3);
    assertThat(Script.tool("findmnt", "-rno", "TARGET")).doesNotContain(home.data().toString());
    // Whoever has the device open just then keeps it for a moment.
    eventually(() ->
        assertThat(Script.tool("losetup", "-j", home.data().resolve("home.img").toString()))
            .isEmpty());
    assertThat(Script.attempt("pgrep", "-f", home.data().toString()).stdout()).isEmpty();

    try (Installed other = installed("other")) {
      // When: its keys go to another machine
      other.with("HOMECLOUD_RECOVERY_PASSPHRASE", PASSPHRASE);
      Exited restored = other.homecloud("recovery-kit", "--restore", kit.toString());
      Exited without =
          other.up("--size", "2G", "--restore", disks.directory().resolve("other").toString());
      other.mustUp("--size", "2G", "--restore", copies.toString());

      // Then: what was signed with them counts there
      assertThat(restored.code()).as(restored.stderr()).isZero();
      assertThat(other.get("volumes/files", token).statusCode()).isEqualTo(200);
      assertThat(other.get("volumes/files", token + "x").statusCode()).isEqualTo(401);

      // And it is the installation that it was
      assertThat(without.code()).as(without.stderr()).isEqualTo(1);
      assertThat(other.data().resolve("installation-id"))
          .hasSameTextualContentAs(home.data().resolve("installation-id"));
      assertThat(other.ask("GET", "/api/sharing/v1/accounts/emma", "").body())
          .contains("Emma Example");
      assertThat(
              other
                  .ask(
                      "POST",
                      "/api/sharing/v1/sign-in",
                      "{\"account\":\"emma\",\"password\":\"" + PASSPHRASE + "\"}")
                  .statusCode())
          .isEqualTo(200);
      eventually(() ->
          assertThat(other.ask("GET", "/api/backup/v1/plans/nightly", "").body())
              .contains("\"lastSuccess\""));
      assertThat(other.data().resolve("restore")).doesNotExist();
      assertThat(other.data().resolve("hooks/dump-photos")).hasContent("#!/bin/sh").isExecutable();
      Exited twice = other.homecloud("up", "--restore", copies.toString());
      assertThat(twice.code()).as(twice.stderr()).isZero();
      assertThat(twice.stdout()).contains("nothing is restored again");
    }
  }

  /** An account and a plan, and a run that copies the installation itself; the repository. */
  private Path copiedInstallation() throws Exception {
    Path copies = disks.directory().resolve("copies");
    wish("/api/sharing/v1/accounts", "emma", "{'displayName':'Emma Example'}");
    HttpResponse<String> password =
        home.ask(
            "PUT",
            "/api/sharing/v1/accounts/emma/password",
            "{\"password\":\"" + PASSPHRASE + "\"}");
    assertThat(password.statusCode()).as(password.body()).isEqualTo(204);
    wish(
        "/api/backup/v1/repositories",
        "stick",
        "{'engine':'rsync','url':'file://%s'}".formatted(copies));
    wish(
        "/api/backup/v1/plans",
        "nightly",
        "{'repository':'stick','sources':[{'installation':true},{'volume':'files'}]}");
    Path hook = Files.createDirectories(home.data().resolve("hooks")).resolve("dump-photos");
    Files.writeString(hook, "#!/bin/sh\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
    HttpResponse<String> run = home.ask("POST", "/api/backup/v1/plans/nightly/run?wait=2m", "");
    assertThat(run.statusCode()).as(run.body()).isEqualTo(200);
    return copies;
  }

  /** Where sharing has them, which nobody had to say. */
  private void copyEmmasFiles(Path copies) throws Exception {
    wish(
        "/api/sharing/v1/shares",
        "people",
        "{'volume':'files','path':'our people','homes':true,'protocols':['webdav'],"
            + "'access':[{'account':'emma','level':'write'}]}");
    assertThat(home.put("volumes/files/files/our%20people/emma/diary.txt", "dear diary"))
        .isIn(200, 201, 204);
    wish("/api/backup/v1/plans", "diaries", "{'repository':'stick','sources':[{'home':'emma'}]}");
    HttpResponse<String> run = home.ask("POST", "/api/backup/v1/plans/diaries/run?wait=2m", "");
    assertThat(run.statusCode()).as(run.body()).isEqualTo(200);
    assertThat(copies.resolve("diaries/latest/files/our people/emma/diary.txt"))
        .hasContent("dear diary");
    assertThat(
            home.ask(
                    "POST",
                    "/api/backup/v1/plans",
                    "{\"metadata\":{\"name\":\"none\"},\"spec\":{\"repository\":\"stick\",\"sources\":[{\"home\":\"nobody\"}]}}")
                .body())
        .contains("There is no account called nobody.");
  }

  private void wish(String kind, String name, String spec) throws Exception {
    String body = "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec).replace('\'', '"');
    HttpResponse<String> made = home.ask("POST", kind + "?wait=2m", body);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  /** Pages and API over HTTPS, of an installation that shares nothing. */
  private static String front(Exited status) {
    return status
            .stdout()
            .lines()
            .filter(line -> line.startsWith("https "))
            .map(line -> line.replaceFirst("https +", ""))
            .findFirst()
            .orElseThrow()
            .replaceFirst("//[^:/]+", "//localhost")
        + "/sign-in";
  }

  /** Made where it is called, so this is called in a directory of the test. */
  private Path kit() throws Exception {
    Script.tool(
        "env",
        "-C",
        disks.directory().toString(),
        "HOMECLOUD_RECOVERY_PASSPHRASE=" + PASSPHRASE,
        Script.ROOT.resolve("homecloud").toString(),
        "recovery-kit",
        "--data",
        home.data().toString());
    try (var files = Files.newDirectoryStream(disks.directory(), "*.enc")) {
      return files.iterator().next();
    }
  }

  private Installed installed(String directory) {
    return new Installed(disks.directory().resolve(directory), Script.STORY_CACHE);
  }
}
