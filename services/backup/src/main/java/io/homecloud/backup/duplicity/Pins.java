package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which copies are pinned: their times, in a file beside them. */
final class Pins {
  private static final String FILE = "homecloud-pins.json";

  private final Target target;
  private final ObjectMapper json;

  Pins(Target target, ObjectMapper json) {
    this.target = target;
    this.json = json;
  }

  /** What the file has. */
  record Pinned(List<Instant> pinned) {}

  boolean has(Instant copy) throws IOException {
    return read().contains(copy);
  }

  void set(Instant copy, boolean pinned) throws IOException {
    TreeSet<Instant> all = new TreeSet<>(read());
    if (pinned ? all.add(copy) : all.remove(copy)) {
      String text = json.writeValueAsString(new Pinned(List.copyOf(all)));
      var _ = target.write(FILE, text);
      target.remember(FILE, text);
    }
  }

  private List<Instant> read() throws IOException {
    try {
      Optional<String> text = target.remembered(FILE);
      return text.isEmpty() ? List.of() : json.readValue(text.get(), Pinned.class).pinned();
    } catch (JsonProcessingException e) {
      // Anybody may have written it.
      return List.of();
    }
  }
}
