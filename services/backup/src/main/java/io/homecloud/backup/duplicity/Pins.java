package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.engine.Copies;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which copies are pinned: their times, and by which wish, in a file beside them. */
final class Pins {
  private static final String FILE = "homecloud-pins.json";

  private final Target target;
  private final ObjectMapper json;

  Pins(Target target, ObjectMapper json) {
    this.target = target;
    this.json = json;
  }

  /**
   * What the file has.
   *
   * @param wishes the number of the wish, of each that has one
   */
  record Pinned(List<Instant> pinned, @Nullable Map<Instant, Long> wishes) {}

  boolean has(Instant copy) throws IOException {
    return read().containsKey(copy);
  }

  /** As {@link Copies#pinned}. */
  OptionalLong wish(Instant copy) throws IOException {
    Long wish = read().get(copy);
    return wish == null ? OptionalLong.empty() : OptionalLong.of(wish);
  }

  void set(Instant copy, OptionalLong wish) throws IOException {
    SortedMap<Instant, Long> all = read();
    Long before = wish.isPresent() ? all.put(copy, wish.getAsLong()) : all.remove(copy);
    if (!Objects.equals(before, wish.isPresent() ? wish.getAsLong() : null)) {
      String text = json.writeValueAsString(new Pinned(List.copyOf(all.keySet()), all));
      var _ = target.write(FILE, text);
      target.remember(FILE, text);
    }
  }

  private SortedMap<Instant, Long> read() throws IOException {
    SortedMap<Instant, Long> all = new TreeMap<>();
    try {
      Optional<String> text = target.remembered(FILE);
      if (text.isPresent()) {
        Pinned there = json.readValue(text.get(), Pinned.class);
        Map<Instant, Long> wishes = there.wishes() == null ? Map.of() : there.wishes();
        there.pinned().forEach(copy -> all.put(copy, wishes.getOrDefault(copy, Copies.UNNUMBERED)));
      }
    } catch (JsonProcessingException e) {
      // Anybody may have written it.
      return new TreeMap<>();
    }
    return all;
  }
}
