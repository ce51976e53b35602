package io.homecloud.storage.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.node.Everywhere;
import io.homecloud.control.node.Everywhere.Answer;
import io.homecloud.control.node.Nodes;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.document.DocumentResource.Document;
import io.homecloud.storage.document.DocumentResource.Draft;
import io.homecloud.storage.document.DocumentResource.Kept;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Documents on the pools of other nodes: asked for and written there too, as the caller. A node
 * that was away has an older one, and is given the newest when somebody reads it.
 */
@Singleton
class OtherDocuments {
  private static final Logger LOG = Logger.getLogger(OtherDocuments.class);

  private final StorageControl control;
  private final Everywhere everywhere;
  private final ObjectMapper json;
  private final Nodes nodes;

  OtherDocuments(StorageControl control, Everywhere everywhere) {
    this.control = control;
    this.everywhere = everywhere;
    this.json = control.plane().json();
    this.nodes = control.plane().nodes();
  }

  /** The one of the highest revision; one of this installation is then everywhere. */
  Optional<ServiceDocument> newest(
      ServiceDocument.Key key,
      boolean own,
      Optional<ServiceDocument> here,
      MultivaluedMap<String, String> headers) {
    if (nodes.alone() || Everywhere.asked(headers)) {
      return here;
    }
    Map<String, Long> revisions = new HashMap<>();
    Optional<ServiceDocument> newest = here;
    for (Answer answer : everywhere.ask(nodes, path(key) + "?own=" + own, headers)) {
      Optional<ServiceDocument> found = document(answer);
      if (found.isPresent() || answer.status() == NONE) {
        revisions.put(answer.node(), found.map(ServiceDocument::revision).orElse(0L));
      }
      if (newer(found, newest)) {
        newest = found;
      }
    }
    if (own && newest.isPresent()) {
      spread(newest.get(), newer(newest, here), revisions, headers);
    }
    return newest;
  }

  private static final int NONE = 404;

  private static boolean newer(Optional<ServiceDocument> one, Optional<ServiceDocument> other) {
    return one.isPresent() && (other.isEmpty() || one.get().revision() > other.get().revision());
  }

  private void spread(
      ServiceDocument newest,
      boolean here,
      Map<String, Long> revisions,
      MultivaluedMap<String, String> headers) {
    if (here) {
      var _ = control.documentFeature().put(newest);
    }
    revisions.forEach((node, revision) -> {
      if (revision < newest.revision()) {
        var _ = everywhere.tellOne(nodes, node, "PUT", path(newest.key()), headers, body(newest));
      }
    });
  }

  /** Where it is now on the other nodes, of those that answer. */
  List<Kept> put(ServiceDocument document, MultivaluedMap<String, String> headers) {
    List<Kept> kept = new ArrayList<>();
    if (!nodes.alone() && !Everywhere.asked(headers)) {
      nodes
          .others()
          .forEach(peer ->
              everywhere
                  .tellOne(nodes, peer.node(), "PUT", path(document.key()), headers, body(document))
                  .flatMap(answer -> read(answer, Kept.class))
                  .ifPresent(kept::add));
    }
    return kept;
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
