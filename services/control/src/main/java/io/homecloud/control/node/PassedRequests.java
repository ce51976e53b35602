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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Optional;
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

  private static final int FIRST = -1000;
  private static final int LARGEST_JSON = 1024 * 1024;

  private final List<NodeOwners> services;
  private final ObjectMapper json;
  private final Passing passing;

  PassedRequests(@All List<NodeOwners> services, ObjectMapper json, Vertx vertx) {
    this.services = services;
    this.json = json;
    this.passing = new Passing(vertx);
  }

  /** Goes on here with what is done here. */
  @ServerRequestFilter(priority = FIRST)
  public void pass(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    Optional<NodeOwners> service =
        services.stream().filter(one -> one.knows(path) && !one.nodes().alone()).findFirst();
    if (service.isEmpty() || Context.isOnEventLoopThread()) {
      return;
    }
    Nodes nodes = service.get().nodes();
    String meant = request.getHeaderString(NODE_HEADER);
    if (meant != null && !meant.equals(nodes.own())) {
      throw CommonProblem.MISDIRECTED.because(
          "It was meant for node " + meant + ", this is node " + nodes.own() + ".");
    }
    Body body = new Body(request);
    Optional<Owner> owner =
        service.get().owner(wanted(request, body)).filter(one -> !one.node().equals(nodes.own()));
    if (owner.isPresent()) {
      if (meant != null) {
        throw CommonProblem.MISDIRECTED.because(
            "It was passed to node " + meant + " and belongs to node " + owner.get().node() + ".");
      }
      pass(nodes, owner.get(), body.read);
    }
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

    /** What is too large to be JSON is left to those who refuse it. */
    JsonNode tree() {
      try {
        InputStream all = request.getEntityStream();
        byte[] start = read == null ? all.readNBytes(LARGEST_JSON + 1) : read;
        read = start;
        boolean whole = start.length <= LARGEST_JSON;
        InputStream again = new ByteArrayInputStream(start);
        request.setEntityStream(whole ? again : new SequenceInputStream(again, all));
        JsonNode tree = whole ? json.readTree(start) : null;
        return tree == null ? MissingNode.getInstance() : tree;
      } catch (IOException e) {
        return MissingNode.getInstance(); // whoever reads it says what is wrong with it
      }
    }
  }
}
