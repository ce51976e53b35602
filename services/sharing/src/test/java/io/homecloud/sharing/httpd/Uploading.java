package io.homecloud.sharing.httpd;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An upload by curl that is under way. */
final class Uploading {
  private final CompletableFuture<String> status;

  private Uploading(CompletableFuture<String> status) {
    this.status = status;
  }

  /**
   * @param rate in bytes a second, as curl writes it
   */
  static Uploading start(HttpdLab lab, Path file, String rate, String path, String... more) {
    List<String> words =
        new ArrayList<>(List.of("curl", "-s", "--cacert", lab.authority().toString()));
    words.addAll(List.of("-u", "anna:" + HttpdLab.PASSWORD, "-T", file.toString()));
    words.addAll(List.of("--limit-rate", rate, "-o", "/dev/null", "-w", "%{http_code}"));
    words.addAll(Arrays.asList(more));
    words.add(lab.url(path));
    CompletableFuture<String> status = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          HostResult result = lab.host.run(new HostCommand(words, Duration.ofMinutes(5), Map.of()));
          status.complete(
              result instanceof HostResult.Exited(int code, String out, _)
                  ? out + (code == 0 ? "" : " cut")
                  : result.toString());
        });
    return new Uploading(status);
  }

  boolean underWay() {
    return !status.isDone();
  }

  /** The status of the answer; {@code 000 cut} when there was none. */
  String end() throws Exception {
    return status.get(2, TimeUnit.MINUTES);
  }
}
