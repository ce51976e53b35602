package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One file of a catalogue as it is written: {@code .homecloud/<plural of the kind>/<uid>.json}.
 *
 * @param format 1; a reader passes over members that it does not know, so only a change of what
 *     known ones mean counts it up
 * @param installation whose it is; that of a pool's own document decides for the whole pool
 * @param spec what is wished, as in the API
 * @param createdAt ISO 8601
 * @param parent a volume's pool, a snapshot's volume
 * @param released a pool that was given away and is not to be taken back unasked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CatalogueDocument(
    int format,
    String installation,
    String kind,
    UUID uid,
    String name,
    Map<String, String> labels,
    JsonNode spec,
    long generation,
    String createdAt,
    String createdBy,
    @Nullable UUID parent,
    boolean released) {
  static final int FORMAT = 1;
}
