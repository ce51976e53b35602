package io.homecloud.sharing.httpd;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An upload by curl that is under way. */
final class Uploading {
  private final CompletableFuture<String> status;
  private final Closeable rest;

  private Uploading(CompletableFuture<String> status, Closeable rest) {
    this.status = status;
    this.rest = rest;
  }

  /**
   * @param rate in bytes a second, as curl writes it
   */
  static Uploading start(HttpdLab lab, Path file, String rate, String path, String... more) {
    List<String> limited = new ArrayList<>(List.of("--limit-rate", rate));
    limited.addAll(Arrays.asList(more));
    return new Uploading(begin(lab, file, path, limited), () -> {});
  }

  /**
   * Sends half of the file, and the rest when its end is asked for, however fast the machine is.
   */
  static Uploading startHalf(HttpdLab lab, Path file, String path, String... more)
      throws IOException {
    Path pipe = lab.disks.directory().resolve("pipe-" + UUID.randomUUID());
    HttpdLab.must("mkfifo", pipe.toString());
    CompletableFuture<String> status = begin(lab, pipe, path, List.of(more));
    byte[] content = Files.readAllBytes(file);
    int half = content.length / 2;
    OutputStream out = new FileOutputStream(pipe.toFile());
    out.write(content, 0, half);
    return new Uploading(
        status,
        () -> {
          try (out) {
            out.write(content, half, content.length - half);
          }
        });
  }

  private static CompletableFuture<String> begin(
      HttpdLab lab, Path file, String path, List<String> more) {
    List<String> words =
        new ArrayList<>(List.of("curl", "-s", "--cacert", lab.authority().toString()));
    words.addAll(List.of("-u", "anna:" + HttpdLab.PASSWORD, "-T", file.toString()));
    words.addAll(List.of("-o", "/dev/null", "-w", "%{http_code}"));
    words.addAll(more);
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
    return status;
  }

  boolean underWay() {
    return !status.isDone();
  }

  /** The status of the answer; {@code 000 cut} when there was none. */
  String end() throws Exception {
    rest.close();
    return status.get(2, TimeUnit.MINUTES);
  }
}
