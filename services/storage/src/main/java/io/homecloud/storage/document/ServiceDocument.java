package io.homecloud.storage.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;

/**
 * What a service keeps on the pools. On every pool there is the same; of several the one of the
 * highest revision counts.
 *
 * @param service whose it is
 * @param content a JSON object; only its service understands it
 */
public record ServiceDocument(Name service, Name name, long revision, JsonNode content) {
  /** Such that there always is a higher one. */
  public static final long HIGHEST = 1L << 48;

  public ServiceDocument {
    if (revision < 1 || revision > HIGHEST) {
      throw new IllegalArgumentException("a revision is a number from 1 to " + HIGHEST);
    }
    if (!content.isObject()) {
      throw new IllegalArgumentException("the content of a document is a JSON object");
    }
  }

  /** Whose it is and how it is called. */
  public record Key(Name service, Name name) {
    @Override
    public String toString() {
      return service + "/" + name;
    }
  }

  public Key key() {
    return new Key(service, name);
  }
}
