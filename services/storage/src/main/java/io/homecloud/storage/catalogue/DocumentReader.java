package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.catalogue.CatalogueDirectory.Found;
import io.homecloud.storage.document.ServiceDocument;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the documents of services on a pool that may come from anywhere. What is wrong becomes a
 * finding and is passed over; however much there is, only so much is read.
 */
public final class DocumentReader {
  private static final long MOST_BYTES = 16L << 20;

  private final ObjectMapper json;

  private final DocumentSeal seal;

  public DocumentReader(ObjectMapper json, DocumentSeal seal) {
    this.json = json;
    this.seal = seal;
  }

  /** What a document is called, and the file that it is in. */
  private record Named(ServiceDocument.Key key, String file) {}

  /** All that can be used. */
  public List<NotedDocument> read(MountedPool pool, Findings findings) {
    List<NotedDocument> found = new ArrayList<>();
    try (CatalogueDirectory root = CatalogueDirectory.trusted(pool.root())) {
      Optional<CatalogueDirectory> catalogue = root.child(Place.CATALOGUE.toString());
      if (catalogue.isEmpty()) {
        return found;
      }
      try (CatalogueDirectory opened = catalogue.get()) {
        Optional<CatalogueDirectory> documents = opened.child(CatalogueLayout.DOCUMENTS);
        if (documents.isPresent()) {
          try (CatalogueDirectory directory = documents.get()) {
            read(directory, findings, found);
          }
        }
      }
    }
    return found;
  }

  private void read(CatalogueDirectory directory, Findings findings, List<NotedDocument> found) {
    List<Named> named = new ArrayList<>();
    boolean all =
        directory.names(
            CatalogueLayout.MOST_DOCUMENTS,
            file ->
                CatalogueLayout.documentOf(file)
                    .ifPresentOrElse(
                        key -> named.add(new Named(key, file)),
                        () -> findings.add("among the documents is " + file)));
    if (!all) {
      findings.add("there are more than " + CatalogueLayout.MOST_DOCUMENTS + " documents");
    }
    long left = MOST_BYTES;
    for (Named one : named) {
      ServiceDocument.Key key = one.key();
      switch (directory.read(one.file(), CatalogueLayout.LARGEST_DOCUMENT)) {
        case Found.Absent() -> {}
        case Found.Strange(String reason) -> findings.add("document " + key + " " + reason);
        case Found.Content(ByteBuffer content) -> {
          left -= content.remaining();
          if (left < 0) {
            findings.add("the documents have more than " + MOST_BYTES + " bytes");
            return;
          }
          parse(key, content, findings).ifPresent(found::add);
        }
      }
    }
  }

  private Optional<NotedDocument> parse(
      ServiceDocument.Key key, ByteBuffer content, Findings findings) {
    try {
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      JsonNode note = json.readTree(bytes);
      if (note.path("format").intValue() != CatalogueDocument.FORMAT) {
        findings.add("document " + key + " is not of a format that this release reads");
        return Optional.empty();
      }
      ServiceDocument document =
          new ServiceDocument(
              new Name(note.path("service").asText()),
              new Name(note.path("name").asText()),
              note.path("revision").asLong(),
              note.path("content"));
      if (!document.key().equals(key)) {
        findings.add("document " + key + " is another one");
        return Optional.empty();
      }
      return Optional.of(
          new NotedDocument(seal.genuine(document, note.path("seal").asText()), document));
    } catch (JsonProcessingException e) {
      findings.add("document " + key + " cannot be understood");
    } catch (IOException | IllegalArgumentException | ProblemException e) {
      findings.add("document " + key + " has a value that cannot be used");
    }
    return Optional.empty();
  }
}
