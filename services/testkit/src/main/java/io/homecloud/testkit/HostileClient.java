package io.homecloud.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Asks everything that an application says it can be asked, also what makes no sense. */
public final class HostileClient {
  private static final int MOST_TOLD = 20;
  private static final int TRIES = 10;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** As where a commit waits for a disk that others write to. */
  private static final Pattern AWAY = Pattern.compile("problem:(database|storage|sharing)-away");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String host;
  private final ApiDocument document;

  /**
   * @param host as in {@code http://localhost:8081}
   * @param prefix of the paths of a service
   */
  public HostileClient(String host, String prefix) {
    this.host = host;
    URI uri = URI.create(host + "/q/openapi?format=json");
    this.document =
        ApiDocument.parse(send(HttpRequest.newBuilder(uri).build()).text()).below(prefix);
  }

  /**
   * Of what is in no document.
   *
   * @param words that mean something in a body
   */
  public HostileClient(String host, List<ApiDocument.Operation> operations, List<String> words) {
    this.host = host;
    this.document = new ApiDocument(operations, words);
  }

  public ApiDocument document() {
    return document;
  }

  /** What was answered, as far as it matters: events go on for ever. */
  public record Answer(int status, String type, String text) {}

  public Answer send(HttpRequest request) {
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      String type = answer.headers().firstValue("Content-Type").orElse("");
      try (InputStream in = answer.body()) {
        boolean endless = type.startsWith("text/event-stream");
        String text = endless ? "" : new String(in.readNBytes(4 << 20), StandardCharsets.UTF_8);
        return new Answer(answer.statusCode(), type, text);
      }
    } catch (IOException e) {
      throw new AssertionError(request + " " + request.headers().map() + " was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The operation, with names for its parameters, by nobody. */
  public HttpRequest.Builder bare(ApiDocument.Operation operation) {
    return HttpRequest.newBuilder(URI.create(host + operation.path().replaceAll("[{}]", "")))
        .method(operation.method(), HttpRequest.BodyPublishers.noBody());
  }

  /**
   * Sends garbage to everything, the same in every run.
   *
   * @param each how often to each operation in a round
   * @param furnished makes what a round has to do with; see {@link RandomRequest}
   * @param granted see {@link RandomRequest}
   * @return what it was not answered as clients are to be answered; empty when all is well
   */
  public List<String> breaks(
      int rounds,
      int each,
      Supplier<Map<String, String>> furnished,
      Map<String, String> granted,
      String token) {
    List<String> broken = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(round);
      RandomRequest requests =
          new RandomRequest(random, furnished.get(), document.words(), granted);
      List<ApiDocument.Operation> order = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        List<ApiDocument.Operation> all = new ArrayList<>(document.operations());
        Collections.shuffle(all, random);
        order.addAll(all);
      }
      order.sort(Comparator.comparing(ApiDocument.Operation::destroys));
      for (ApiDocument.Operation operation : order) {
        HttpRequest request = requests.to(host, token, operation);
        Answer answer = sendUntilThere(request);
        String wrong = wrong(answer, operation.path().startsWith("/api/"));
        if (!wrong.isEmpty() && broken.size() < MOST_TOLD) {
          broken.add(
              "round " + round + ": " + request + " " + request.headers().map() + wrong + answer);
        }
      }
    }
    return broken;
  }

  /** What stays away is broken. */
  private Answer sendUntilThere(HttpRequest request) {
    Answer answer = send(request);
    for (int i = 1; i < TRIES && isAway(answer); i++) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      answer = send(request);
    }
    return answer;
  }

  private static boolean isAway(Answer answer) {
    return answer.status() == 503 && AWAY.matcher(answer.text()).find();
  }

  private static String wrong(Answer answer, boolean api) {
    if (answer.status() >= 500) {
      return " breaks it: ";
    }
    if (answer.status() < 400) {
      return "";
    }
    boolean page = !api && answer.type().startsWith("text/html");
    if (!page
        && (!answer.type().startsWith("application/problem+json")
            || !answer.text().contains("\"type\":\"urn:homecloud:problem:"))) {
      return " is refused and not as a problem: ";
    }
    return List.of("Exception", "io.homecloud", "com.fasterxml", "\\tat ").stream()
            .anyMatch(answer.text()::contains)
        ? " tells about the program: "
        : "";
  }
}
