package io.homecloud.storage.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.node.Everywhere;
import io.homecloud.control.node.Everywhere.Answer;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Peer;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.document.DocumentResource.Document;
import io.homecloud.storage.document.DocumentResource.Draft;
import io.homecloud.storage.document.DocumentResource.Kept;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Documents on the pools of other nodes: asked for and written there too, as the caller. A node
 * that was away has an older one, and is given the newest when somebody reads it.
 */
@Singleton
class OtherDocuments {
  private static final Logger LOG = Logger.getLogger(OtherDocuments.class);

  private static final int NONE = 404;
  private static final int NEWER = 409;
  private static final int NOT_NOW = 503;

  private final Everywhere everywhere;
  private final ObjectMapper json;
  private final Nodes nodes;
  private final Consumer<ServiceDocument> here;

  @Inject
  OtherDocuments(StorageControl control, Everywhere everywhere) {
    this(
        everywhere,
        control.plane().json(),
        control.plane().nodes(),
        document -> control.documentFeature().put(document));
  }

  /**
   * @param here has this node keep one too
   */
  OtherDocuments(
      Everywhere everywhere, ObjectMapper json, Nodes nodes, Consumer<ServiceDocument> here) {
    this.everywhere = everywhere;
    this.json = json;
    this.nodes = nodes;
    this.here = here;
  }

  /**
   * The one of the highest revision; one of this installation is then everywhere.
   *
   * @param known the newest of this node
   * @throws ProblemException NODE_AWAY while a node is starting, which may have a newer one, or
   *     when no document is known and a node that should be there does not answer: who hears that
   *     there is none begins anew, and asks no more
   */
  Optional<ServiceDocument> newest(
      ServiceDocument.Key key,
      boolean own,
      Optional<ServiceDocument> known,
      MultivaluedMap<String, String> headers) {
    if (nodes.alone() || Everywhere.asked(headers)) {
      return known;
    }
    Map<String, Long> revisions = new HashMap<>();
    Optional<ServiceDocument> newest = known;
    for (Answer answer : everywhere.ask(nodes, path(key) + "?own=" + own, headers)) {
      if (answer.status() == NOT_NOW) {
        throw doesNotSay(key, answer.node());
      }
      Optional<ServiceDocument> found = document(answer);
      if (answer.good() || answer.status() == NONE) {
        revisions.put(answer.node(), found.map(ServiceDocument::revision).orElse(0L));
      }
      if (newer(found, newest)) {
        newest = found;
      }
    }
    if (newest.isEmpty()) {
      for (Peer peer : nodes.others()) {
        if (!revisions.containsKey(peer.node())) {
          throw doesNotSay(key, peer.node());
        }
      }
    }
    if (own && newest.isPresent()) {
      if (newer(newest, known)) {
        here.accept(newest.get());
      }
      spread(newest.get(), revisions, headers);
    }
    return newest;
  }

  private static ProblemException doesNotSay(ServiceDocument.Key key, String node) {
    return CommonProblem.NODE_AWAY
        .because("Node %s does not say yet what it has of document %s.".formatted(node, key))
        .with("node", node);
  }

  private static boolean newer(Optional<ServiceDocument> one, Optional<ServiceDocument> other) {
    return one.isPresent() && (other.isEmpty() || one.get().revision() > other.get().revision());
  }

  private void spread(
      ServiceDocument newest, Map<String, Long> revisions, MultivaluedMap<String, String> headers) {
    revisions.forEach((node, revision) -> {
      if (revision < newest.revision()) {
        var _ = everywhere.tellOne(nodes, node, "PUT", path(newest.key()), headers, body(newest));
      }
    });
  }

  /**
   * Where it is now on the other nodes, of those that answer.
   *
   * @throws ProblemException DOCUMENT_NEWER when one of them has a newer one
   */
  List<Kept> put(ServiceDocument document, MultivaluedMap<String, String> headers) {
    List<Kept> kept = new ArrayList<>();
    if (!nodes.alone() && !Everywhere.asked(headers)) {
      nodes
          .others()
          .forEach(peer ->
              everywhere
                  .tellOne(nodes, peer.node(), "PUT", path(document.key()), headers, body(document))
                  .flatMap(this::kept)
                  .ifPresent(kept::add));
    }
    return kept;
  }

  private Optional<Kept> kept(Answer answer) {
    if (answer.status() == NEWER) {
      throw StorageProblem.DOCUMENT_NEWER.because(
          "Node %s has a newer one. Read it, and write a higher one.".formatted(answer.node()));
    }
    return read(answer, Kept.class);
  }

  private byte[] body(ServiceDocument document) {
    try {
      return json.writeValueAsBytes(new Draft(document.revision(), document.content()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document cannot be written as JSON", e);
    }
  }

  private Optional<ServiceDocument> document(Answer answer) {
    try {
      return read(answer, Document.class)
          .map(found ->
              new ServiceDocument(
                  found.service(), found.name(), found.revision(), found.content()));
    } catch (IllegalArgumentException e) {
      LOG.warnf("node %s has a document that is none: %s", answer.node(), e.getMessage());
      return Optional.empty();
    }
  }

  private <T> Optional<T> read(Answer answer, Class<T> type) {
    if (!answer.good()) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.readValue(answer.body(), type));
    } catch (JsonProcessingException e) {
      LOG.warnf("what node %s answers cannot be read: %s", answer.node(), e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private static String path(ServiceDocument.Key key) {
    return StorageKinds.API + "/documents/" + key;
  }
}
