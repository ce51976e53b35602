package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.InstallationId;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.catalogue.CatalogueDirectory.Found;
import io.homecloud.storage.document.ServiceDocument;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.Place;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The catalogue of a pool: a small JSON document per resource in {@code .homecloud}, which root
 * alone may read. A document is replaced by renaming a complete new one over it; after a power cut
 * there is the one or the other.
 */
public final class CatalogueFiles implements PoolRecords {
  private final ObjectMapper json;
  private final ObjectWriter writer;
  private final InstallationId installation;
  private final Map<PoolId, Boolean> begun = new ConcurrentHashMap<>();
  private final AtomicLong fresh = new AtomicLong();

  public CatalogueFiles(ObjectMapper json, InstallationId installation) {
    this.json = json;
    this.writer = json.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    this.installation = installation;
  }

  @Override
  public Outcome<Change> prepare(MountedPool pool) {
    try (CatalogueDirectory root = CatalogueDirectory.trusted(pool.root());
        CatalogueDirectory catalogue = root.make(Place.CATALOGUE.toString())) {
      for (String name : CatalogueLayout.directories()) {
        Optional<CatalogueDirectory> made = catalogue.tryMake(name);
        if (made.isEmpty()) {
          return new Outcome.Refused<>(
              StorageError.NAME_TAKEN,
              Place.CATALOGUE + "/" + name + " in the pool is not a directory.");
        }
        made.get().close();
      }
    }
    return new Outcome.Done<>(Change.ALREADY_SO);
  }

  @Override
  public boolean put(MountedPool pool, Resource<?, ?> resource) {
    return write(pool, resource, false);
  }

  @Override
  public boolean release(MountedPool pool, Resource<?, ?> resource) {
    return write(pool, resource, true);
  }

  private boolean write(MountedPool pool, Resource<?, ?> resource, boolean released) {
    return write(
        pool,
        CatalogueLayout.directory(resource.kind()),
        CatalogueLayout.file(resource.uid()),
        content(resource, released),
        CatalogueLayout.LARGEST);
  }

  private boolean write(MountedPool pool, String place, String file, byte[] content, int largest) {
    try (CatalogueDirectory catalogue = open(pool)) {
      boolean first = begin(pool, catalogue);
      try (CatalogueDirectory directory = catalogue.make(place)) {
        if (directory.read(file, largest) instanceof Found.Content(ByteBuffer before)
            && before.equals(ByteBuffer.wrap(content))) {
          return first;
        }
        try (CatalogueDirectory incoming = catalogue.make(CatalogueLayout.FRESH)) {
          String name = Long.toString(fresh.incrementAndGet());
          incoming.create(name, content);
          directory.take(incoming, name, file);
        }
        return true;
      }
    }
  }

  @Override
  public boolean put(MountedPool pool, ServiceDocument document, String seal) {
    ObjectNode note = json.createObjectNode();
    note.put("format", CatalogueDocument.FORMAT)
        .put("installation", installation.toString())
        .put("service", document.service().value())
        .put("name", document.name().value())
        .put("revision", document.revision())
        .put("seal", seal)
        .set("content", document.content());
    try {
      return write(
          pool,
          CatalogueLayout.DOCUMENTS,
          CatalogueLayout.file(document.key(), installation),
          writer.writeValueAsBytes(note),
          CatalogueLayout.LARGEST_DOCUMENT);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write document " + document.key(), e);
    }
  }

  private byte[] content(Resource<?, ?> resource, boolean released) {
    Metadata metadata = resource.metadata();
    try {
      byte[] content =
          writer.writeValueAsBytes(
              new CatalogueDocument(
                  CatalogueDocument.FORMAT,
                  installation.toString(),
                  resource.kind(),
                  resource.uid(),
                  resource.name().value(),
                  new TreeMap<>(metadata.labels()),
                  json.valueToTree(resource.spec()),
                  metadata.generation(),
                  metadata.creationTimestamp().toString(),
                  metadata.createdBy(),
                  resource.parent(),
                  released));
      if (content.length > CatalogueLayout.LARGEST) {
        throw new StorageFailure("the record of " + resource.name() + " is too large");
      }
      return content;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + resource.kind(), e);
    }
  }

  /**
   * True once per pool: what a process before this one wrote may not have been committed yet, so
   * the first writer is told that something changed. What it left half-written goes.
   */
  private boolean begin(MountedPool pool, CatalogueDirectory catalogue) {
    boolean[] first = {false};
    begun.computeIfAbsent(
        pool.id(),
        _ -> {
          try (CatalogueDirectory incoming = catalogue.make(CatalogueLayout.FRESH)) {
            incoming.names(CatalogueLayout.MOST, incoming::remove);
          }
          first[0] = true;
          return true;
        });
    return first[0];
  }

  @Override
  public boolean remove(MountedPool pool, String kind, UUID uid) {
    try (CatalogueDirectory catalogue = open(pool)) {
      var directory = catalogue.child(CatalogueLayout.directory(kind));
      if (directory.isEmpty()) {
        return false;
      }
      try (CatalogueDirectory opened = directory.get()) {
        return opened.remove(CatalogueLayout.file(uid));
      }
    }
  }

  /** Never made here: while the pool is unmounted there is an empty directory in its place. */
  private static CatalogueDirectory open(MountedPool pool) {
    try (CatalogueDirectory root = CatalogueDirectory.trusted(pool.root())) {
      return root.child(Place.CATALOGUE.toString())
          .orElseThrow(() ->
              new StorageFailure(
                  Place.CATALOGUE
                      + " at "
                      + pool.root()
                      + " is not a directory; pool "
                      + pool.id()
                      + " may not be mounted there"));
    }
  }
}
