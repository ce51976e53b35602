package io.homecloud.backup.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Page.PageMetadata;
import io.homecloud.control.api.Parameters;
import io.homecloud.control.node.Everywhere;
import io.homecloud.control.node.Everywhere.Answer;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a file was, over the copies of all nodes: each knows what its own have, and they are
 * asked one after another, by name, as far as a page goes.
 */
@Singleton
public class NodesSearch {
  private static final Logger LOG = Logger.getLogger(NodesSearch.class);

  private final Search here;
  private final Nodes nodes;
  private final Supplier<List<String>> withCopies;
  private final Everywhere everywhere;
  private final ObjectMapper json;

  @Inject
  NodesSearch(BackupControl control, Everywhere everywhere) {
    this(
        control.search(),
        control.plane().nodes(),
        () -> control.plane().resources().nodesOf(BackupKinds.RUN),
        everywhere,
        control.plane().json());
  }

  /**
   * @param withCopies the names of the nodes that have any
   */
  NodesSearch(
      Search here,
      Nodes nodes,
      Supplier<List<String>> withCopies,
      Everywhere everywhere,
      ObjectMapper json) {
    this.here = here;
    this.nodes = nodes;
    this.withCopies = withCopies;
    this.everywhere = everywhere;
    this.json = json;
  }

  /**
   * A page of what was found.
   *
   * @param away the nodes that did not answer, so that what their copies have is not in it; absent
   *     when there is none
   * @param behind the copies that the page is of and that could not be looked at yet, so that what
   *     they have is not in it; absent when there is none
   */
  @Schema(name = "FoundFiles")
  public record Found(
      List<Search.Hit> items,
      PageMetadata metadata,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> away,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Search.Behind> behind) {
    public Found {
      // Another node says nothing when there is none.
      away = away == null ? List.of() : List.copyOf(away);
      behind = behind == null ? List.of() : List.copyOf(behind);
    }

    private static Found of(Search.Part part) {
      return of(part.page(), List.of(), part.behind());
    }

    private static Found of(Page<Search.Hit> page, List<String> away, List<Search.Behind> behind) {
      return new Found(page.items(), page.metadata(), away, behind);
    }
  }

  /**
   * Where a page begins.
   *
   * @param token with which that node goes on, null at its beginning
   */
  private record Turn(String node, @Nullable String token) {
    private static final String BEGINNING = "";

    static Turn of(String position) {
      if (position.isEmpty()) {
        return new Turn(BEGINNING, null);
      }
      String[] parts = position.split(" ", 2);
      if (parts.length != 2) {
        throw beginAgain();
      }
      return new Turn(parts[0], parts[1].isEmpty() ? null : parts[1]);
    }

    @Nullable String tokenFor(String asked) {
      return asked.equals(node) ? token : null;
    }

    @Override
    public String toString() {
      return node + " " + (token == null ? "" : token);
    }
  }

  private static ProblemException beginAgain() {
    return CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
  }

  /**
   * A page of what was found, in the order of nodes, plans and paths.
   *
   * @param limit how many files at most, from 1
   * @param position behind which it begins, the empty string for the first
   * @param headers of the request, as whose caller the others are asked
   * @param onlyHere whether this node alone is meant
   * @throws ProblemException for a name that nothing can be looked for by, or CONTINUE_INVALID
   */
  public Found find(
      @Nullable String name,
      int limit,
      String position,
      MultivaluedMap<String, String> headers,
      boolean onlyHere) {
    NamePattern pattern = NamePattern.of(name);
    if (onlyHere || nodes.alone() || Everywhere.asked(headers)) {
      return Found.of(here.find(pattern, limit, position));
    }
    Turn turn = Turn.of(position);
    TreeSet<String> left = new TreeSet<>(withCopies.get());
    List<Search.Hit> hits = new ArrayList<>();
    List<String> away = new ArrayList<>();
    List<Search.Behind> behind = new ArrayList<>();
    for (String node : left.tailSet(turn.node())) {
      if (hits.size() == limit) {
        return Found.of(Page.upTo(hits, new Turn(node, null).toString()), away, behind);
      }
      String token = turn.tokenFor(node);
      Optional<Found> page =
          node.equals(nodes.own())
              ? Optional.of(
                  Found.of(here.find(pattern, limit - hits.size(), Parameters.position(token))))
              : ask(node, uri(String.valueOf(name), limit - hits.size(), token), headers);
      if (page.isEmpty()) {
        away.add(node);
        continue;
      }
      hits.addAll(page.get().items());
      behind.addAll(page.get().behind());
      String next = page.get().metadata().next();
      if (next != null) {
        return Found.of(Page.upTo(hits, new Turn(node, next).toString()), away, behind);
      }
    }
    return Found.of(Page.upTo(hits, null), away, behind);
  }

  private static String uri(String name, int limit, @Nullable String token) {
    return BackupKinds.API
        + "/search?name="
        + URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "&limit="
        + limit
        + (token == null ? "" : "&continue=" + token);
  }

  /** Empty when it does not answer, or not as it should. */
  private Optional<Found> ask(String node, String uri, MultivaluedMap<String, String> headers) {
    Optional<Answer> answer = everywhere.tellOne(nodes, node, "GET", uri, headers, new byte[0]);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    if (answer.get().status() == CommonProblem.CONTINUE_INVALID.status()) {
      // There are other copies meanwhile; everything else in the request was ours.
      throw beginAgain();
    }
    if (!answer.get().good()) {
      LOG.warnf("node %s answers a search with %d", node, answer.get().status());
      return Optional.empty();
    }
    try {
      return Optional.of(json.readValue(answer.get().body(), Found.class));
    } catch (JsonProcessingException e) {
      LOG.warnf("what node %s has found cannot be read: %s", node, e.getOriginalMessage());
      return Optional.empty();
    }
  }
}
