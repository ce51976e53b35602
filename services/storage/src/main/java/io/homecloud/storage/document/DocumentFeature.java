package io.homecloud.storage.document;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.catalogue.DocumentReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.InstallationId;
import io.homecloud.storage.catalogue.NotedDocument;
import io.homecloud.storage.document.ServiceDocument.Key;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The documents of other services, on every pool that is mounted here. No database keeps them: a
 * process learns them from the pools as these come, the highest revision wins, and a pool that
 * comes with less is given what it lacks.
 *
 * <p>Documents of another installation, on pools that were adopted from one, count only as long as
 * there are none of this one.
 */
public final class DocumentFeature {
  private static final Logger LOG = Logger.getLogger(DocumentFeature.class);
  private static final int MOST = 100;

  private final StorageNode node;
  private final MountedPools mounted;
  private final InstallationId here;
  private final DocumentReader reader;
  private final Map<Key, Held> shelf = new HashMap<>();

  public DocumentFeature(
      StorageNode node, MountedPools mounted, InstallationId here, DocumentReader reader) {
    this.node = node;
    this.mounted = mounted;
    this.here = here;
    this.reader = reader;
  }

  /**
   * A document that counts now.
   *
   * @param own whether this installation wrote it
   */
  public record Held(ServiceDocument document, boolean own) {}

  /** Where a document was written. */
  public record Written(List<MountedPool> on, List<MountedPool> not) {}

  public Optional<Held> find(Key key) {
    synchronized (shelf) {
      return Optional.ofNullable(shelf.get(key));
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
      Held held = shelf.get(document.key());
      if (held != null && held.own() && !mayReplace(document, held.document())) {
        throw StorageProblem.DOCUMENT_NEWER
            .because(
                "Revision "
                    + held.document().revision()
                    + " is here already. Read it, and write a higher one.")
            .with("revision", held.document().revision());
      }
      if (held == null && shelf.size() >= MOST) {
        throw StorageProblem.VALUE_INVALID.because("There are at most " + MOST + " documents.");
      }
      shelf.put(document.key(), new Held(document, true));
    }
    List<MountedPool> on = new ArrayList<>();
    List<MountedPool> not = new ArrayList<>();
    for (MountedPool pool : mounted.all()) {
      (write(pool, List.of(document.key())) ? on : not).add(pool);
    }
    return new Written(on, not);
  }

  private static boolean mayReplace(ServiceDocument document, ServiceDocument held) {
    return document.revision() > held.revision() || document.equals(held);
  }

  /** To be called when a pool has come that can be written. */
  public void arrived(MountedPool pool) {
    learn(pool);
    List<Key> keys;
    synchronized (shelf) {
      keys =
          shelf.entrySet().stream()
              .filter(entry -> entry.getValue().own())
              .map(Map.Entry::getKey)
              .toList();
    }
    boolean _ = write(pool, keys);
  }

  /** Reads what is on a pool, also on one that can only be read. */
  public void learn(MountedPool pool) {
    Findings findings = new Findings();
    List<NotedDocument> found;
    try {
      found = reader.read(pool, findings);
    } catch (StorageFailure e) {
      LOG.warnf("documents of pool %s are not read: %s", pool.id(), e.getMessage());
      return;
    }
    if (findings.count() > 0) {
      LOG.warnf("documents of pool %s: %s", pool.id(), findings.summary());
    }
    synchronized (shelf) {
      for (NotedDocument noted : found) {
        boolean own = noted.installation().filter(here::equals).isPresent();
        Held held = shelf.get(noted.document().key());
        if (held == null ? shelf.size() < MOST : wins(noted.document(), own, held)) {
          shelf.put(noted.document().key(), new Held(noted.document(), own));
        }
      }
    }
  }

  private static boolean wins(ServiceDocument document, boolean own, Held held) {
    return own == held.own() ? document.revision() > held.document().revision() : own;
  }

  /** With what counts when it is written, so that two at once end with the newer. */
  private boolean write(MountedPool pool, List<Key> keys) {
    return mounted.alone(
        pool.id().value(),
        () -> {
          if (node.pools().state(pool).readOnly()) {
            return false;
          }
          try {
            boolean changed = false;
            for (Key key : keys) {
              changed |= node.records().put(pool, find(key).orElseThrow().document());
            }
            if (changed) {
              node.volumes().commit(pool);
            }
            return true;
          } catch (StorageFailure e) {
            LOG.warnf("documents are not written on pool %s: %s", pool.id(), e.getMessage());
            return false;
          }
        });
  }

  /** The document that counts, or the problem that there is none. */
  Held require(Key key) {
    return find(key)
        .orElseThrow(() -> CommonProblem.NOT_FOUND.because("There is no document " + key + "."));
  }
}
