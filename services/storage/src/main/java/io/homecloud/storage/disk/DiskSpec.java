package io.homecloud.storage.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Nothing can be wished of a disk; its id is kept, and what people note of it.
 *
 * @param displayName what people call it
 * @param notedBy the subject who noted that or a label last
 * @param notedAt when that was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskSpec(
    String id, @Nullable String displayName, @Nullable String notedBy, @Nullable Instant notedAt) {
  DiskSpec(String id) {
    this(id, null, null, null);
  }
}
