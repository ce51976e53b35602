package io.homecloud.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.control.resource.Shape;
import java.util.Locale;

/**
 * How data is compressed.
 *
 * @param level 0 for the algorithm's own default. Counts for a pool only: the kernel compresses a
 *     volume that names an algorithm with the level of its pool
 */
@Shape(pattern = "none|lzo|zlib(:[1-9])?|zstd(:([1-9]|1[0-5]))?", most = 7)
public record Compression(Algorithm algorithm, int level) {
  /** What btrfs can, with the highest level of each. */
  public enum Algorithm {
    NONE(0),
    ZLIB(9),
    LZO(0),
    ZSTD(15);

    private final int highest;

    Algorithm(int highest) {
      this.highest = highest;
    }
  }

  public static final Compression NONE = new Compression(Algorithm.NONE, 0);

  public Compression {
    if (level < 0 || level > algorithm.highest) {
      throw new IllegalArgumentException(
          algorithm.name().toLowerCase(Locale.ROOT)
              + (algorithm.highest == 0
                  ? " has no levels."
                  : " has the levels 1 to " + algorithm.highest + "."));
    }
  }

  /**
   * Reads {@code none}, {@code zlib}, {@code lzo}, {@code zstd} or one of them with a level, as in
   * {@code zstd:3}.
   *
   * @throws IllegalArgumentException for anything else
   */
  @JsonCreator
  public static Compression parse(String text) {
    for (Algorithm algorithm : Algorithm.values()) {
      String name = algorithm.name().toLowerCase(Locale.ROOT);
      if (text.equals(name)) {
        return new Compression(algorithm, 0);
      }
      if (text.startsWith(name + ":") && text.substring(name.length() + 1).matches("[1-9][0-9]?")) {
        return new Compression(algorithm, Integer.parseInt(text.substring(name.length() + 1)));
      }
    }
    throw new IllegalArgumentException(
        "Compression is none, zlib, lzo or zstd, the second and last with a level if wanted, as in zstd:3.");
  }

  /** The form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    String name = algorithm.name().toLowerCase(Locale.ROOT);
    return level == 0 ? name : name + ":" + level;
  }
}
