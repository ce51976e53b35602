package io.homecloud.storage.files;

import io.homecloud.host.path.PercentCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of one directory entry: bytes, as the kernel has it. Most are UTF-8, some are not; two
 * that look the same (NFC, NFD) are two names. {@link #encoded()} identifies it in URLs, {@link
 * #text()} is for showing. Ordered by bytes.
 */
public final class FileName implements Comparable<FileName> {
  /** What the root of a volume is called, seen from itself. No other entry has this name. */
  public static final FileName SELF = new FileName(new byte[] {'.'});

  static final int MAX_BYTES = 255;

  private final byte[] bytes;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The name of these bytes.
   *
   * @throws IllegalArgumentException when no directory entry can be called so
   */
  public static FileName of(byte[] bytes) {
    if (!valid(bytes)) {
      throw new IllegalArgumentException("no file can have that name");
    }
    return new FileName(bytes.clone());
  }

  /** The name of this text in UTF-8, with the promises of {@link #of(byte[])}. */
  public static FileName of(String text) {
    return of(PercentCode.utf8(text));
  }

  /** What {@link #encoded()} wrote, or any other spelling of it; null when it is no name. */
  static @Nullable FileName parse(String encoded) {
    byte[] bytes = PercentCode.decode(encoded);
    return bytes == null ? null : orNull(bytes);
  }

  /** Takes over the array; null when it is no name. */
  static @Nullable FileName orNull(byte[] bytes) {
    return valid(bytes) ? new FileName(bytes) : null;
  }

  private static boolean valid(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      return false;
    }
    boolean onlyDots = true;
    for (byte b : bytes) {
      if (b == 0 || b == '/') {
        return false;
      }
      onlyDots &= b == '.';
    }
    return !onlyDots || bytes.length > 2;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes themselves, not to be written to. */
  byte[] raw() {
    return bytes;
  }

  /** For people: read as UTF-8, what is none of it as U+FFFD. May be the same for two names. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** For URLs: ASCII, one spelling per name, also when it is not UTF-8. */
  public String encoded() {
    return PercentCode.encode(bytes);
  }

  /** Whether the other is this, or begins with what stands before this one's last star. */
  boolean covers(FileName other) {
    int most = bytes.length - 1;
    if (bytes[most] != '*' || other.bytes.length < most) {
      return equals(other);
    }
    return Arrays.equals(bytes, 0, most, other.bytes, 0, most);
  }

  @Override
  public int compareTo(FileName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return encoded();
  }
}
