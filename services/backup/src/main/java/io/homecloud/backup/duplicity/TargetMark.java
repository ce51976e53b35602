package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a target says of itself: that it is a repository, and which. duplicity does not look at it.
 */
record TargetMark(int format, UUID uid, UUID installation, Instant createdAt) {
  static final String FILE = "homecloud-repository.json";
  static final int FORMAT = 1;

  /** Empty when there is none that can be understood; one of any format. */
  static Optional<TargetMark> read(Target target, ObjectMapper json) throws IOException {
    Optional<String> text = target.read(FILE);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(json.readValue(text.get(), TargetMark.class))
              .filter(mark -> mark.format() > FORMAT || mark.uid() != null);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  boolean isNewer() {
    return format > FORMAT;
  }

  void write(Target target, ObjectMapper json) throws IOException {
    var _ = target.write(FILE, json.writeValueAsString(this));
  }
}
