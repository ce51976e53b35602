package io.homecloud.backup.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What backup has storage keep on all pools. */
public final class StorageDocuments {
  private static final Logger LOG = Logger.getLogger(StorageDocuments.class);
  private static final String DOCUMENTS = "documents/backup/";

  /** Pools may have to write, one after another. */
  private static final Duration WRITTEN = Duration.ofSeconds(60);

  private final OtherService storage;
  private final ObjectMapper json;
  private final OtherResources reader;

  public StorageDocuments(OtherService storage, ObjectMapper json) {
    this.storage = storage;
    this.json = json;
    this.reader = new OtherResources(storage, json);
  }

  /** A document of this installation. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Document(long revision, JsonNode content) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Kept(List<String> missing) {}

  /** Empty when storage says that there is none. */
  public Optional<Document> find(Name name) throws Away {
    Optional<String> body = storage.get(DOCUMENTS + name);
    return body.isEmpty() ? Optional.empty() : Optional.of(reader.read(body.get(), Document.class));
  }

  /**
   * Has it written on all pools.
   *
   * @param revision higher than that of the document before
   */
  public void keep(Name name, long revision, JsonNode content) throws Away {
    String body =
        json.createObjectNode().put("revision", revision).set("content", content).toString();
    OtherService.Answer answer = storage.send("PUT", DOCUMENTS + name, body, WRITTEN);
    if (answer.status() != 200) {
      throw new Away("storage answered " + answer.status());
    }
    Kept kept = reader.read(answer.body(), Kept.class);
    if (!kept.missing().isEmpty()) {
      LOG.warnf("%s is not written on pools %s", name, kept.missing());
    }
  }
}
