package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
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

    // When
    Exited again = home.homecloud("up");
    Script.tool("kill", "-KILL", home.pid());
    Exited status = home.homecloud("status");
    Exited recovered = home.homecloud("up");
    HttpResponse<String> file = home.get("volumes/files/files/hello.txt");
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
    assertThat(Script.tool("losetup", "-j", home.data().resolve("home.img").toString())).isEmpty();
    assertThat(Script.attempt("pgrep", "-f", home.data().toString()).stdout()).isEmpty();

    try (Installed other = installed("other")) {
      // When: its keys go to another machine
      other.with("HOMECLOUD_RECOVERY_PASSPHRASE", PASSPHRASE);
      Exited restored = other.homecloud("recovery-kit", "--restore", kit.toString());
      other.mustUp("--size", "2G");

      // Then: what was signed with them counts there
      assertThat(restored.code()).as(restored.stderr()).isZero();
      assertThat(other.get("volumes/files", token).statusCode()).isEqualTo(200);
      assertThat(other.get("volumes/files", token + "x").statusCode()).isEqualTo(401);
    }
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
        + "/q/health/ready";
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
    return new Installed(
        disks.directory().resolve(directory), disks.directory().resolveSibling("story-cache"));
  }
}
