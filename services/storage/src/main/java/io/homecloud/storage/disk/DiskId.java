package io.homecloud.storage.disk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which disk it is, the same wherever and whenever it is plugged in: a DNS-1123 label of at most 63
 * characters.
 */
public record DiskId(String value) implements Comparable<DiskId> {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern FOREIGN = Pattern.compile("[^a-z0-9]+");
  private static final int READABLE = 54;

  public DiskId {
    if (!LABEL.matcher(value).matches()) {
      throw new IllegalArgumentException("not a disk id");
    }
  }

  /**
   * Derives the id of a disk from a name that nobody chose to be a label. What is readable of it
   * stays readable; 8 hexadecimal digits of SHA-256 keep names apart that look alike then.
   *
   * @param readable the part to show, for example {@code loop-home.img}
   * @param whole what makes it unique, for example the image's whole path
   */
  public static DiskId derived(String readable, String whole) {
    String words = FOREIGN.matcher(readable.toLowerCase(Locale.ROOT)).replaceAll("-");
    words = words.length() > READABLE ? words.substring(0, READABLE) : words;
    words = words.replaceAll("^-+|-+$", "");
    return new DiskId((words.isEmpty() ? "disk" : words) + "-" + hash(whole));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int compareTo(DiskId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
