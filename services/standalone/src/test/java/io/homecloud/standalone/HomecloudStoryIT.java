package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a person does with {@code ./homecloud}, from the first {@code up} to the last {@code down}.
 * Runs after packaging, on what was packaged.
 */
class HomecloudStoryIT {
  private static final Duration UP = Duration.ofMinutes(8);
  private static final Duration SOON = Duration.ofMinutes(2);

  private final LoopDisks disks = new LoopDisks();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path data = disks.directory().resolve("data");
  private final int port = freePort();
  private final Script script =
      new Script()
          .with("HOMECLOUD_BUILT", "yes")
          .with("HOMECLOUD_CACHE", disks.directory().resolveSibling("story-cache").toString());

  @AfterEach
  void nothingIsLeft() {
    script.run(SOON, "down", "--data", data.toString());
    disks.close();
    http.close();
  }

  @Test
  void imageServesFilesSurvivesAKillAndGoesAwayWithoutATrace() throws Exception {
    // Given
    Exited up = homecloud("up", "--port", Integer.toString(port), "--size", "4G");
    assertThat(up.code()).as(up.stdout() + up.stderr()).isZero();
    assertThat(up.stdout()).contains("homecloud runs at http://127.0.0.1:" + port, data.toString());
    assertThat(put("volumes/files/files/hello.txt", "hello")).isIn(200, 201, 204);

    // When
    Exited again = homecloud("up");
    Script.tool("kill", "-KILL", pid());
    Exited status = homecloud("status");
    Exited recovered = homecloud("up");
    HttpResponse<String> file = get("volumes/files/files/hello.txt");
    Exited healthy = homecloud("status");
    Exited down = homecloud("down");

    // Then
    assertThat(again.code()).as(again.stderr()).isZero();
    assertThat(again.stdout()).contains("it is running already");
    assertThat(status.code()).isEqualTo(3);
    assertThat(recovered.code()).as(recovered.stdout() + recovered.stderr()).isZero();
    assertThat(file.body()).isEqualTo("hello");
    assertThat(healthy.stdout()).containsPattern("home +Healthy");
    assertThat(down.code()).as(down.stdout() + down.stderr()).isZero();
    assertThat(homecloud("down").code()).isEqualTo(3);
    assertThat(Script.tool("findmnt", "-rno", "TARGET")).doesNotContain(data.toString());
    assertThat(Script.tool("losetup", "-j", data.resolve("home.img").toString())).isEmpty();
    assertThat(Script.attempt("pgrep", "-f", data.toString()).stdout()).isEmpty();
  }

  private Exited homecloud(String command, String... options) {
    List<String> words = new java.util.ArrayList<>(List.of(command, "--data", data.toString()));
    words.addAll(List.of(options));
    return script.run(UP, words.toArray(String[]::new));
  }

  private String pid() throws Exception {
    return Files.readAllLines(data.resolve("run/homecloud.pid")).getFirst();
  }

  private int put(String path, String body) throws Exception {
    return http.send(
            request(path).PUT(BodyPublishers.ofString(body)).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    Exited token = homecloud("token");
    assertThat(token.code()).as(token.stderr()).isZero();
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/api/storage/v1/" + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token.stdout().strip());
  }

  private static int freePort() {
    int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
    while (!Ports.free(port)) {
      port++;
    }
    return port;
  }
}
