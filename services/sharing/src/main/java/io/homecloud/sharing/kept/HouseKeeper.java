package io.homecloud.sharing.kept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.kept.KeptRevision;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountFeature;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.group.GroupFeature;
import io.homecloud.sharing.link.KeptLinks;
import io.homecloud.sharing.share.ShareFeature;
import io.homecloud.sharing.volume.StorageClient;
import io.homecloud.sharing.volume.StorageClient.Document;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Keeps accounts, groups, their numbers, shares and guest links on the pools, by storage, and
 * brings them back from there when the database knows less. What is on the pools has a revision
 * that the database remembers; only one that is higher can have been written by a database that was
 * lost.
 *
 * <p>What another installation kept gives nobody anything until an administrator asks for it.
 */
public final class HouseKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HouseKeeper.class);
  private static final Name DOCUMENT = new Name("house");

  /** Several changes are written as one. */
  private static final Duration GATHERED = Duration.ofMillis(500);

  private final ObjectMapper json;
  private final StorageClient storage;
  private final BooleanSupplier leads;
  private final HouseRows rows;
  private final KeptRevision revision;
  private final Restoring restoring;
  private final SignalledLoop loop =
      new SignalledLoop(
          "sharing-kept", "accounts and shares are not kept on pools yet", this::keep);
  private volatile boolean started;

  public HouseKeeper(
      ControlPlane plane,
      PosixIds ids,
      StorageClient storage,
      AccountFeature accounts,
      GroupFeature groups,
      KeptLinks links) {
    this.json = plane.json();
    this.storage = storage;
    this.leads = plane::leads;
    this.rows = new HouseRows(plane, ids, links);
    this.revision = new KeptRevision(plane.database());
    this.restoring =
        new Restoring(
            plane,
            ids,
            new Restoring.Rules(groups::check, accounts::check, ShareFeature::checkByItself),
            links);
    plane.database().subscribe(Signal.Topic.WISH, _ -> wake());
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> wake());
    // Pools of a node that comes may have missed something, or know more.
    plane.database().subscribe(Signal.Topic.NODE, _ -> wake());
    plane.onLeading(this::wake);
  }

  /** Storage can be asked from now on. */
  public void start() {
    started = true;
    loop.start();
  }

  /** Something is otherwise here, or on the pools. */
  public void wake() {
    loop.wake();
  }

  private void keep() throws InterruptedException {
    Thread.sleep(GATHERED);
    try {
      keepOnce();
    } catch (Away e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("the house cannot be written as JSON", e);
    }
  }

  private synchronized void keepOnce() throws Away, IOException, InterruptedException {
    if (!leads.getAsBoolean()) {
      return;
    }
    Optional<Document> found = storage.document(DOCUMENT);
    long known = revision.known();
    long highest = Math.max(known, found.map(Document::revision).orElse(0L));
    if (found.isPresent() && found.get().revision() > known) {
      LOG.infof("revision %d of the pools is newer than %d here", highest, known);
      // What cannot be read is not written over either: a later release may have written it.
      KeptHouse before =
          understood(found.get().content())
              .orElseThrow(
                  () -> new IllegalStateException("what the pools keep is not understood"));
      var _ = restoring.restore(before, true);
      revision.remember(highest);
    }
    KeptHouse house = rows.read();
    if (house.empty() && found.isEmpty()) {
      return;
    }
    JsonNode content = json.readTree(json.writeValueAsBytes(house));
    if (found.filter(document -> document.content().equals(content)).isPresent()) {
      return;
    }
    // Remembered first: what this writes must never look like that of a lost database.
    revision.remember(highest + 1);
    storage.keep(DOCUMENT, highest + 1, content);
  }

  /**
   * What another installation kept on a pool that was adopted here; empty when there is none.
   *
   * @throws io.homecloud.control.problem.ProblemException when it cannot be understood, or nobody
   *     can say now
   */
  Optional<KeptHouse> ofOthers() {
    try {
      return storage
          .documentOfOthers(DOCUMENT)
          .map(document ->
              understood(document.content())
                  .orElseThrow(() ->
                      SharingProblem.VALUE_INVALID.because(
                          "What another installation kept cannot be understood.")));
    } catch (Away e) {
      throw SharingProblem.STORAGE_AWAY.because("Storage does not say what is on the pools now.");
    }
  }

  /** Takes what another installation kept, as an administrator asks for; may be repeated. */
  synchronized List<Restoring.Item> takeOver(KeptHouse house) {
    return restoring.restore(house.withoutLinks(), rows.read().empty());
  }

  Optional<KeptHouse.Kept> kept(JsonNode item) {
    return restoring.kept(item);
  }

  private Optional<KeptHouse> understood(JsonNode content) {
    try {
      KeptHouse house =
          json.reader()
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .treeToValue(content, KeptHouse.class);
      if (house.format() == KeptHouse.FORMAT) {
        return Optional.of(house);
      }
      LOG.warnf("what the pools keep of sharing has format %d and is not read", house.format());
    } catch (JsonProcessingException e) {
      LOG.warnf("what the pools keep of sharing cannot be read: %s", e.getClass().getSimpleName());
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
