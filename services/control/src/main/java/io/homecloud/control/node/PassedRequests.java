package io.homecloud.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.homecloud.control.problem.CommonProblem;
import io.quarkus.arc.All;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Any instance takes any request; what needs the host of another node is passed to the instance
 * there, as it came and with the caller's own token, and so is the answer. Behind the check of
 * roles and before anything looks at the body, which may be gigabytes.
 */
public final class PassedRequests {
  /** The node that a request was passed to; from there it goes nowhere else. */
  static final String NODE_HEADER = "Homecloud-Node";

  private static final Logger LOG = Logger.getLogger(PassedRequests.class);
  private static final int FIRST = -1000;
  private static final int LARGEST_JSON = 1024 * 1024;

  private final List<NodeOwners> services;
  private final ObjectMapper json;
  private final Everywhere everywhere;
  private final Passing passing;

  PassedRequests(
      @All List<NodeOwners> services, ObjectMapper json, Everywhere everywhere, Vertx vertx) {
    this.everywhere = everywhere;
    this.services = services;
    this.json = json;
    this.passing = new Passing(vertx);
  }

  /** Goes on here with what is done here; a refusal of others is the answer. */
  @ServerRequestFilter(priority = FIRST)
  public Optional<Response> pass(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    Optional<NodeOwners> service =
        services.stream().filter(one -> one.knows(path) && !one.nodes().alone()).findFirst();
    if (service.isEmpty() || Context.isOnEventLoopThread()) {
      return Optional.empty();
    }
    Nodes nodes = service.get().nodes();
    String meant = request.getHeaderString(NODE_HEADER);
    if (meant != null && !meant.equals(nodes.own())) {
      throw CommonProblem.MISDIRECTED.because(
          "It was meant for node " + meant + ", this is node " + nodes.own() + ".");
    }
    Body body = new Body(request);
    Wanted wanted = wanted(request, body);
    if (meant == null && service.get().everywhere(wanted)) {
      return tellOthers(request, nodes, body);
    }
    Optional<Owner> owner =
        service.get().owner(wanted).filter(one -> !one.node().equals(nodes.own()));
    if (owner.isPresent()) {
      if (meant != null) {
        throw CommonProblem.MISDIRECTED.because(
            "It was passed to node " + meant + " and belongs to node " + owner.get().node() + ".");
      }
      pass(nodes, owner.get(), body.read);
    }
    return Optional.empty();
  }

  /** The others first: what one of them refuses is not done here either. */
  private Optional<Response> tellOthers(ContainerRequestContext request, Nodes nodes, Body body) {
    URI uri = request.getUriInfo().getRequestUri();
    String query = uri.getRawQuery();
    return everywhere
        .tell(
            nodes,
            request.getMethod(),
            uri.getRawPath() + (query == null ? "" : "?" + query),
            request.getHeaders(),
            body.bytes())
        .map(refusal ->
            Response.status(refusal.status()).type(refusal.type()).entity(refusal.body()).build());
  }

  private Wanted wanted(ContainerRequestContext request, Body body) {
    return new Wanted(
        request.getMethod(),
        request.getUriInfo().getPathSegments().stream().map(PathSegment::getPath).toList(),
        name -> Optional.ofNullable(request.getUriInfo().getQueryParameters().getFirst(name)),
        body::tree);
  }

  private void pass(Nodes nodes, Owner owner, byte @Nullable [] body) {
    Optional<Peer> peer = nodes.find(owner.node());
    if (peer.isEmpty() || !peer.get().here()) {
      if (owner.needed()) {
        throw away(owner.node(), peer);
      }
      return;
    }
    var context = (VertxResteasyReactiveRequestContext) CurrentRequestManager.get();
    context.suspend();
    Passing.End end =
        new Passing.End() {
          @Override
          public void answered() {
            context.close();
          }

          @Override
          public void unanswered() {
            if (owner.needed()) {
              context.resume(away(owner.node(), peer));
            } else {
              context.resume();
            }
          }
        };
    passing.pass(context.getContext(), peer.get(), body, end);
  }

  private static RuntimeException away(String node, Optional<Peer> peer) {
    String since =
        peer.map(known ->
                "Node %s is away; it was there last at %s.".formatted(node, known.seenAt()))
            .orElse("Node " + node + " is away; it has never been there under this name.");
    return CommonProblem.NODE_AWAY
        .because(since + " What lives on other nodes goes on.")
        .with("node", node);
  }

  /** Of a request whose body says whose it is. */
  private final class Body {
    private final ContainerRequestContext request;
    private byte @Nullable [] read;

    Body(ContainerRequestContext request) {
      this.request = request;
    }

    /** Of what is too large to be JSON the beginning: whoever reads it refuses it. */
    byte[] bytes() {
      byte[] known = read;
      if (known != null) {
        return known;
      }
      InputStream all = request.getEntityStream();
      byte[] start = new byte[0];
      try {
        start = all.readNBytes(LARGEST_JSON + 1);
      } catch (IOException e) {
        LOG.debug("the body broke off", e);
      }
      read = start;
      InputStream again = new ByteArrayInputStream(start);
      request.setEntityStream(
          start.length <= LARGEST_JSON ? again : new SequenceInputStream(again, all));
      return start;
    }

    JsonNode tree() {
      try {
        JsonNode tree = json.readTree(bytes());
        return tree == null ? MissingNode.getInstance() : tree;
      } catch (IOException e) {
        return MissingNode.getInstance(); // whoever reads it says what is wrong with it
      }
    }
  }
}
