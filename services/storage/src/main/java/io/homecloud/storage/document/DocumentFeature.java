package io.homecloud.storage.document;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.catalogue.DocumentReader;
import io.homecloud.storage.catalogue.DocumentSeal;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.NotedDocument;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The documents of other services, on every pool that is mounted here. No database keeps them: a
 * process learns them from the pools as these come, the highest revision wins, and a pool that has
 * less is given what it lacks.
 *
 * <p>Documents of other installations, on pools that were adopted from them, stay where they are;
 * they never count as one of this.
 */
public final class DocumentFeature implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DocumentFeature.class);
  private static final int MOST = 100;

  private final StorageNode node;
  private final MountedPools mounted;
  private final DocumentSeal seal;
  private final DocumentReader reader;
  private final Map<ServiceDocument.Key, ServiceDocument> shelf = new HashMap<>();
  private final Map<ServiceDocument.Key, ServiceDocument> ofOthers = new HashMap<>();
  private final Set<UUID> read = new HashSet<>();
  private final SignalledLoop spreading =
      new SignalledLoop(
          "storage-documents", "documents are not the same on all pools yet", this::spread);

  public DocumentFeature(
      StorageNode node, MountedPools mounted, DocumentSeal seal, ObjectMapper json) {
    this.node = node;
    this.mounted = mounted;
    this.seal = seal;
    this.reader = new DocumentReader(json, seal);
  }

  /** Where a document was written. */
  public record Written(List<MountedPool> on, List<MountedPool> not) {}

  /** The newest of this installation. */
  public Optional<ServiceDocument> find(ServiceDocument.Key key) {
    synchronized (shelf) {
      return Optional.ofNullable(shelf.get(key));
    }
  }

  /** The one of the highest revision among those of other installations. */
  public Optional<ServiceDocument> ofOthers(ServiceDocument.Key key) {
    synchronized (shelf) {
      return Optional.ofNullable(ofOthers.get(key));
    }
  }

  /**
   * What is on pools may not be known yet.
   *
   * @param pools of this node
   * @throws ProblemException STARTING when one of them was in place before this process began, and
   *     has not been found or missed yet
   */
  public void requireRead(List<Resource<PoolSpec, PoolStatus>> pools) {
    synchronized (shelf) {
      for (Resource<PoolSpec, PoolStatus> pool : pools) {
        if (Conditions.isTrue(pool.conditions(), Condition.READY) && !read.contains(pool.uid())) {
          throw StorageProblem.STARTING.because(
              "Pool %s has not been looked for since the start. Try again in a moment."
                  .formatted(pool.name()));
        }
      }
    }
  }

  /**
   * Writes a document on all pools that are mounted; durable on those that are named in the answer.
   * The same again is fine.
   *
   * @throws ProblemException DOCUMENT_NEWER when there is one of that revision that says something
   *     else, or of a higher one
   */
  public Written put(ServiceDocument document) {
    synchronized (shelf) {
      ServiceDocument held = shelf.get(document.key());
      if (held != null && !mayReplace(document, held)) {
        throw StorageProblem.DOCUMENT_NEWER
            .because(
                "Revision "
                    + held.revision()
                    + " is here already. Read it, and write a higher one.")
            .with("revision", held.revision());
      }
      if (held == null && shelf.size() >= MOST) {
        throw StorageProblem.VALUE_INVALID.because("There are at most " + MOST + " documents.");
      }
      shelf.put(document.key(), document);
    }
    List<MountedPool> on = new ArrayList<>();
    List<MountedPool> not = new ArrayList<>();
    for (MountedPool pool : mounted.all()) {
      (tried(pool, List.of(document.key())) ? on : not).add(pool);
    }
    return new Written(on, not);
  }

  private static boolean mayReplace(ServiceDocument document, ServiceDocument held) {
    return document.revision() > held.revision() || document.equals(held);
  }

  /** Keeps them the same on all pools from now on. */
  public void start() {
    spreading.start();
  }

  @Override
  public void close() {
    spreading.close();
  }

  /** To be called when a pool has come that can be written. */
  public void arrived(MountedPool pool) {
    learn(pool);
    boolean _ = tried(pool, keys());
    // Those that came before may have less. Not here, where nobody else may look at this pool.
    spreading.wake();
  }

  private void spread() {
    List<String> failed = new ArrayList<>();
    for (MountedPool pool : mounted.all()) {
      try {
        boolean _ = write(pool, keys());
      } catch (StorageFailure e) {
        failed.add("pool " + pool.id() + ": " + e.getMessage());
      }
    }
    if (!failed.isEmpty()) {
      throw new StorageFailure(String.join("; ", failed));
    }
  }

  /** What fails is done later: a pool that is full now has room then. */
  private boolean tried(MountedPool pool, List<ServiceDocument.Key> keys) {
    try {
      return write(pool, keys);
    } catch (StorageFailure e) {
      LOG.warnf("documents are not written on pool %s: %s", pool.id(), e.getMessage());
      spreading.wake();
      return false;
    }
  }

  private List<ServiceDocument.Key> keys() {
    synchronized (shelf) {
      return List.copyOf(shelf.keySet());
    }
  }

  /** Reads what is on a pool, also on one that can only be read. */
  public void learn(MountedPool pool) {
    Findings findings = new Findings();
    List<NotedDocument> found;
    try {
      found = reader.read(pool, findings);
    } catch (StorageFailure e) {
      LOG.warnf("documents of pool %s are not read: %s", pool.id(), e.getMessage());
      found = List.of();
    }
    if (findings.count() > 0) {
      LOG.warnf("documents of pool %s: %s", pool.id(), findings.summary());
    }
    synchronized (shelf) {
      for (NotedDocument noted : found) {
        keep(noted.own() ? shelf : ofOthers, noted.document());
      }
      read.add(pool.id().value());
    }
  }

  private static void keep(
      Map<ServiceDocument.Key, ServiceDocument> documents, ServiceDocument found) {
    ServiceDocument held = documents.get(found.key());
    if (held == null ? documents.size() < MOST : found.revision() > held.revision()) {
      documents.put(found.key(), found);
    }
  }

  /**
   * With what counts when it is written, so that two at once end with the newer.
   *
   * @return false for one that has gone or can only be read; it is given them when it comes back
   */
  private boolean write(MountedPool pool, List<ServiceDocument.Key> keys) {
    return mounted.alone(
        pool.id().value(),
        () -> {
          boolean left = mounted.find(pool.id().value()).isEmpty();
          if (left || node.pools().state(pool).readOnly()) {
            return false;
          }
          boolean changed = false;
          for (ServiceDocument.Key key : keys) {
            ServiceDocument document = find(key).orElseThrow();
            changed |= node.records().put(pool, document, seal.of(document));
          }
          if (changed) {
            node.volumes().commit(pool);
          }
          return true;
        });
  }
}
