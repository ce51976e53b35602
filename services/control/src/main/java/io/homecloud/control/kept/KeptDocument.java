package io.homecloud.control.kept;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.events.database.ServiceDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The document that a service has storage keep on all pools, and that is brought back from there
 * when the database knows less. What is on the pools has a revision that the database remembers, in
 * the table {@code kept_document}; only one that is higher can have been written by a database that
 * was lost.
 */
public final class KeptDocument<K extends KeptDocument.Content> {
  private static final Logger LOG = Logger.getLogger(KeptDocument.class);

  /** Pools may have to write, one after another. */
  private static final Duration WRITTEN = Duration.ofSeconds(60);

  private final ServiceDatabase database;
  private final OtherService storage;
  private final ObjectMapper json;
  private final OtherResources reader;
  private final String path;
  private final Class<K> type;
  private final int format;

  /**
   * @param path within storage's API: {@code documents/backup/plans}
   * @param format that is read here, and no other
   */
  public KeptDocument(
      ServiceDatabase database,
      OtherService storage,
      ObjectMapper json,
      String path,
      Class<K> type,
      int format) {
    this.database = database;
    this.storage = storage;
    this.json = json;
    this.reader = new OtherResources(storage, json);
    this.path = path;
    this.type = type;
    this.format = format;
  }

  /** What is in it. */
  public interface Content {
    int format();

    /** Whether there is nothing that need be kept. */
    boolean empty();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Document(long revision, JsonNode content) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Kept(List<String> missing) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record PoolStatus(@Nullable List<Condition> conditions) {}

  /**
   * Brings the pools and the database to the same.
   *
   * @param now what the database says
   * @param restore brings back what a database knew that was lost
   * @return what both say; empty while there is no pool yet
   * @throws Away also while none of the pools is in place that should have it
   * @throws IllegalStateException when what the pools say is not understood: a later release may
   *     have written it, and it is not written over; and when the database was lost meanwhile
   */
  public Optional<K> keep(Supplier<K> now, Consumer<K> restore) throws Away {
    long known = known();
    Optional<Document> found = find("");
    if (found.isEmpty()) {
      if (!poolInPlace(known > 0)) {
        // A database that was lost begins at 0 as well, and an older copy of it at less than is on
        // its pools, which may be plugged in later.
        return Optional.empty();
      }
      // One may have come between the two answers.
      found = find("");
    }
    if (found.isPresent() && found.get().revision() > known) {
      long newer = found.get().revision();
      LOG.infof("%s: revision %d of the pools is newer than %d here", path, newer, known);
      restore.accept(
          understood(found.get().content())
              .orElseThrow(
                  () -> new IllegalStateException("what the pools keep is not understood")));
      remember(newer, known);
      known = newer;
    }
    K here = now.get();
    JsonNode content = plain(here);
    boolean same = found.filter(document -> document.content().equals(content)).isPresent();
    if (!same && !(found.isEmpty() && here.empty())) {
      // Remembered first: what this writes must never look like that of a lost database.
      remember(known + 1, known);
      write(known + 1, content);
    }
    return Optional.of(here);
  }

  /** As it is read from the pools, where numbers have no types. */
  private JsonNode plain(K content) {
    try {
      return json.readTree(json.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be written as JSON", e);
    }
  }

  /** Empty when it has another format or cannot be read. */
  public Optional<K> understood(JsonNode content) {
    try {
      K read =
          json.reader()
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .treeToValue(content, type);
      if (read.format() == format) {
        return Optional.of(read);
      }
      LOG.warnf("%s of the pools has format %d and is not read", path, read.format());
    } catch (JsonProcessingException e) {
      LOG.warnf("%s of the pools cannot be read: %s", path, e.getClass().getSimpleName());
    }
    return Optional.empty();
  }

  /** What another installation kept on a pool that was adopted: anybody may have written it. */
  public Optional<JsonNode> ofOthers() throws Away {
    return find("?own=false").map(Document::content);
  }

  private Optional<Document> find(String query) throws Away {
    Optional<String> body = storage.get(path + query);
    return body.isEmpty() ? Optional.empty() : Optional.of(reader.read(body.get(), Document.class));
  }

  private boolean poolInPlace(boolean awaited) throws Away {
    var pools =
        reader.all("pools", Map.class, PoolStatus.class).stream().map(Item::status).toList();
    boolean inPlace =
        pools.stream()
            .anyMatch(status ->
                status != null
                    && status.conditions() != null
                    && Conditions.isTrue(status.conditions(), Condition.READY));
    if (!inPlace && awaited && !pools.isEmpty()) {
      // Nobody tells when one comes back.
      throw new Away("none of the pools is in place");
    }
    return inPlace;
  }

  private void write(long revision, JsonNode content) throws Away {
    String body =
        json.createObjectNode().put("revision", revision).set("content", content).toString();
    OtherService.Answer answer = storage.send("PUT", path, body, WRITTEN);
    if (answer.status() != 200) {
      throw new Away("storage answered " + answer.status());
    }
    Kept kept = reader.read(answer.body(), Kept.class);
    if (!kept.missing().isEmpty()) {
      LOG.warnf("%s is not written on pools %s", path, kept.missing());
    }
  }

  private long known() {
    return database.read(handle ->
        handle
            .createQuery("select revision from kept_document")
            .mapTo(Long.class)
            .findOne()
            .orElse(0L));
  }

  /** What was read of a database that has been lost since is nothing to write over the pools'. */
  private void remember(long revision, long known) {
    int remembered =
        database.inTransaction(transaction ->
            known == 0
                ? transaction
                    .handle()
                    .execute(
                        "insert into kept_document (revision) values (?) on conflict do nothing",
                        revision)
                : transaction
                    .handle()
                    .execute(
                        "update kept_document set revision = ? where revision = ?",
                        revision,
                        known));
    if (remembered == 0) {
      throw new IllegalStateException(path + " had revision " + known + " here, and has not now");
    }
  }
}
