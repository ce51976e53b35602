package io.homecloud.control.node;

import io.homecloud.control.problem.CommonProblem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Asks every other instance the same, as the caller: for what each node keeps by itself, because it
 * must not be in the database. Nodes that are away are passed over.
 */
@Singleton
public class Everywhere {
  private static final Logger LOG = Logger.getLogger(Everywhere.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Who the caller is and what it sends; the rest is of its connection to us. */
  private static final Set<String> PASSED =
      Set.of("authorization", "cookie", "content-type", "accept", "origin", "sec-fetch-site");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  /** What an instance said. */
  public record Answer(String node, int status, String type, String body) {
    /** Whether it did what it was asked. */
    public boolean good() {
      return status < 300;
    }
  }

  /** Whether this was asked by an instance of another node, and is for this one alone. */
  public static boolean asked(MultivaluedMap<String, String> headers) {
    return headers.getFirst(PassedRequests.NODE_HEADER) != null;
  }

  /**
   * Has all do it that are there, one after the other.
   *
   * @param uri path and query
   * @return what the first said that refuses it, after which nobody is asked
   * @throws io.homecloud.control.problem.ProblemException NODE_AWAY when one that should be there
   *     does not answer
   */
  public Optional<Answer> tell(
      Nodes nodes, String method, String uri, MultivaluedMap<String, String> headers, byte[] body) {
    for (Peer peer : nodes.others()) {
      Answer answer =
          ask(peer, method, uri, headers, body)
              .orElseThrow(() ->
                  CommonProblem.NODE_AWAY
                      .because(
                          "Node %s does not answer, and has to know of this too. Repeat it when it is back, or in a few minutes, when it counts as away."
                              .formatted(peer.node()))
                      .with("node", peer.node()));
      if (!answer.good()) {
        return Optional.of(answer);
      }
    }
    return Optional.empty();
  }

  /** What those say that answer. */
  public List<Answer> ask(Nodes nodes, String uri, MultivaluedMap<String, String> headers) {
    return nodes.others().stream()
        .flatMap(peer -> ask(peer, "GET", uri, headers, new byte[0]).stream())
        .toList();
  }

  /** Has one do it; empty when it is away or does not answer. */
  public Optional<Answer> tellOne(
      Nodes nodes,
      String node,
      String method,
      String uri,
      MultivaluedMap<String, String> headers,
      byte[] body) {
    return nodes
        .find(node)
        .filter(Peer::here)
        .flatMap(peer -> ask(peer, method, uri, headers, body));
  }

  private Optional<Answer> ask(
      Peer peer, String method, String uri, MultivaluedMap<String, String> headers, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(peer.url().resolve("/") + uri.substring(1)))
            .timeout(ANSWER)
            .header(PassedRequests.NODE_HEADER, peer.node())
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach((name, values) -> {
      if (PASSED.contains(name.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> request.header(name, value));
      }
    });
    try {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      return Optional.of(
          new Answer(
              peer.node(),
              answer.statusCode(),
              answer.headers().firstValue("Content-Type").orElse("application/json"),
              answer.body()));
    } catch (IOException e) {
      LOG.infof("node %s at %s does not answer: %s", peer.node(), peer.url(), e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommonProblem.NODE_AWAY.because("homecloud is being stopped.");
    }
  }
}
