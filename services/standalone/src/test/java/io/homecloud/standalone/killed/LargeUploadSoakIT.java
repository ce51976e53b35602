package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.Api.Answer;
import io.homecloud.testkit.LoopDisks;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A guest brings far more than the memory that there is. */
class LargeUploadSoakIT {
  private static final long SIZE = 10L << 30;
  private static final String HEAP = "-Xmx100m";
  private static final String SHARING = "/api/sharing/v1/";
  private static final String WAIT = "?wait=60s";

  private final LoopDisks disks = new LoopDisks();
  private final Server server = new Server(disks.directory(), Script.STORY_CACHE, Map.of(), HEAP);

  @AfterEach
  void nothingIsLeft() {
    server.end();
    disks.close();
  }

  @Test
  void tenGibibytesGoThroughADropBoxWithAHeapOf100Megabytes() throws Exception {
    // Given
    Path disk = disks.disk(4L << 30);
    server.launch();
    Api api = server.api();
    made(api, "pools", "home", Map.of("disks", List.of(disk.toString())));
    made(api, "volumes", "films", Map.of("pool", "home", "compression", "zstd"));
    made(
        api,
        SHARING + "shares",
        "films",
        Map.of("volume", "films", "protocols", List.of("webdav")));
    Answer link =
        made(api, SHARING + "guest-links", "box", Map.of("share", "films", "mode", "upload"));
    URI url = URI.create(link.body().path("url").asText());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + url.getRawPath() + "/files/film.bin"))
            .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(Zeros::new), SIZE))
            .build();

    // When
    HttpResponse<String> answer;
    try (HttpClient client = HttpClient.newHttpClient()) {
      answer = client.send(request, BodyHandlers.ofString());
    }

    // Then
    assertThat(answer.statusCode()).as(answer.body() + server.words()).isEqualTo(201);
    assertThat(api.get("volumes/films/files/").path("items").get(0).path("size").asLong())
        .isEqualTo(SIZE);
  }

  private static Answer made(Api api, String kind, String name, Map<String, ?> spec)
      throws Exception {
    Answer answer =
        api.send(Request.post(kind + WAIT, Map.of("metadata", Map.of("name", name), "spec", spec)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    return answer;
  }

  /** As many as are wanted. */
  private static final class Zeros extends InputStream {
    private long left = SIZE;

    @Override
    public int read() {
      throw new UnsupportedOperationException("read one by one");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int read = (int) Math.min(length, left);
      left -= read;
      return read == 0 ? -1 : read;
    }
  }
}
