package io.homecloud.backup.kept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.source.StorageDocuments;
import io.homecloud.backup.source.StorageDocuments.Document;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.kept.KeptRevision;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps repositories and plans on the pools, by storage, and brings them back from there when the
 * database knows less. What is on the pools has a revision that the database remembers; only one
 * that is higher can have been written by a database that was lost.
 */
public final class PlanKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PlanKeeper.class);
  private static final Name DOCUMENT = new Name("plans");

  /** Several changes are written as one. */
  private static final Duration GATHERED = Duration.ofMillis(500);

  private final ObjectMapper json;
  private final StorageDocuments storage;
  private final BooleanSupplier leads;
  private final PlanRows rows;
  private final KeptRevision revision;
  private final PlanRestoring restoring;
  private final SignalledLoop loop =
      new SignalledLoop(
          "backup-kept", "repositories and plans are not kept on pools yet", this::keep);
  private volatile boolean started;
  private @Nullable JsonNode last;

  /**
   * @param repositories throws a problem for what may not be wished for
   * @param plans likewise
   */
  public PlanKeeper(
      ControlPlane plane,
      StorageDocuments storage,
      Consumer<RepositorySpec> repositories,
      Consumer<PlanSpec> plans) {
    this.json = plane.json();
    this.storage = storage;
    this.leads = plane::leads;
    this.rows = new PlanRows(plane);
    this.revision = new KeptRevision(plane.database());
    this.restoring = new PlanRestoring(plane, repositories, plans);
    plane.database().subscribe(Signal.Topic.WISH, _ -> wake());
    // That a repository was found, and which, is a status.
    plane.database().subscribe(Signal.Topic.STATUS, _ -> wake());
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> lookAtPools());
    // Pools of a node that comes may have missed something, or know more.
    plane.database().subscribe(Signal.Topic.NODE, _ -> lookAtPools());
    plane.onLeading(this::lookAtPools);
  }

  /** Storage can be asked from now on. */
  public void start() {
    started = true;
    loop.start();
  }

  /** Something is otherwise here. */
  public void wake() {
    loop.wake();
  }

  /** Something may be otherwise on the pools. */
  public void lookAtPools() {
    synchronized (this) {
      last = null;
    }
    loop.wake();
  }

  private void keep() throws InterruptedException {
    Thread.sleep(GATHERED);
    try {
      keepOnce();
    } catch (Away e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("plans cannot be written as JSON", e);
    }
  }

  private synchronized void keepOnce() throws Away, IOException {
    if (!leads.getAsBoolean()) {
      last = null;
      return;
    }
    JsonNode now = json.readTree(json.writeValueAsBytes(rows.read()));
    if (now.equals(last)) {
      return;
    }
    Optional<Document> found = storage.find(DOCUMENT);
    long known = revision.known();
    long highest = Math.max(known, found.map(Document::revision).orElse(0L));
    if (found.isPresent() && found.get().revision() > known) {
      LOG.infof("revision %d of the pools is newer than %d here", highest, known);
      // What cannot be read is not written over either: a later release may have written it.
      KeptPlans before =
          understood(found.get().content())
              .orElseThrow(
                  () -> new IllegalStateException("what the pools keep is not understood"));
      restoring.restore(before);
      revision.remember(highest);
    }
    KeptPlans plans = rows.read();
    if (plans.empty() && found.isEmpty()) {
      return;
    }
    JsonNode content = json.readTree(json.writeValueAsBytes(plans));
    if (found.filter(document -> document.content().equals(content)).isEmpty()) {
      // Remembered first: what this writes must never look like that of a lost database.
      revision.remember(highest + 1);
      storage.keep(DOCUMENT, highest + 1, content);
    }
    last = content;
  }

  private Optional<KeptPlans> understood(JsonNode content) {
    try {
      KeptPlans plans =
          json.reader()
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .treeToValue(content, KeptPlans.class);
      if (plans.format() == KeptPlans.FORMAT) {
        return Optional.of(plans);
      }
      LOG.warnf("what the pools keep of backup has format %d and is not read", plans.format());
    } catch (JsonProcessingException e) {
      LOG.warnf("what the pools keep of backup cannot be read: %s", e.getClass().getSimpleName());
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    if (started) {
      loop.close();
    }
  }
}
