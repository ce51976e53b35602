package io.homecloud.host.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * A place beneath the top directory of a volume or snapshot, as the bytes the kernel knows it by.
 *
 * <p>A file name on Linux is any bytes but NUL and slash; it need not be UTF-8. Kept as bytes, no
 * name is lost and none can be confused with another. There is no empty, {@code .} or {@code ..}
 * component, so a path never leads out of its top directory by its spelling. The empty path is the
 * top directory itself.
 *
 * <p>The order is the one of a tree walk: a directory comes before what is inside, and that before
 * the directory's next sibling (as if a slash were smaller than every other byte).
 */
public final class RelativePath implements Comparable<RelativePath> {
  /** The top directory. */
  public static final RelativePath TOP = new RelativePath(new byte[0]);

  /** NAME_MAX of Linux: the longest name, in bytes. */
  public static final int LONGEST_NAME = 255;

  private final byte[] bytes;

  private RelativePath(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The path with these bytes.
   *
   * @throws IllegalArgumentException when it is absolute, ends in a slash, or has a NUL, a name
   *     longer than {@link #LONGEST_NAME}, or an empty, {@code .} or {@code ..} component
   */
  public static RelativePath of(byte[] bytes, int from, int to) {
    if (from == to) {
      return TOP;
    }
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || bytes[i] == '/') {
        checkName(bytes, start, i);
        start = i + 1;
      } else if (bytes[i] == 0) {
        throw new IllegalArgumentException("a NUL in a path");
      }
    }
    return new RelativePath(Arrays.copyOfRange(bytes, from, to));
  }

  /** {@link #of(byte[], int, int)} of all the bytes. */
  public static RelativePath of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** The path that {@link #toString()} wrote so. */
  public static RelativePath of(String text) {
    return of(PathText.parse(text));
  }

  private static void checkName(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0
        || (bytes[from] == '.' && (length == 1 || (length == 2 && bytes[from + 1] == '.')))) {
      throw new IllegalArgumentException("an empty, . or .. component in a path");
    }
    if (length > LONGEST_NAME) {
      throw new IllegalArgumentException("a name of " + length + " bytes");
    }
  }

  public boolean isTop() {
    return bytes.length == 0;
  }

  /** The length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The byte at an index. */
  public byte at(int index) {
    return bytes[index];
  }

  /** The directory it is in. The top directory has none: it is answered itself. */
  public RelativePath parent() {
    int slash = lastSlash();
    return slash < 0 ? TOP : new RelativePath(Arrays.copyOf(bytes, slash));
  }

  /** The last component, as a path of its own; the top directory's is empty. */
  public RelativePath name() {
    int slash = lastSlash();
    return slash < 0 ? this : new RelativePath(Arrays.copyOfRange(bytes, slash + 1, bytes.length));
  }

  /** What {@code inside} is when read from this directory. */
  public RelativePath resolve(RelativePath inside) {
    if (isTop() || inside.isTop()) {
      return isTop() ? inside : this;
    }
    byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + inside.bytes.length);
    joined[bytes.length] = '/';
    System.arraycopy(inside.bytes, 0, joined, bytes.length + 1, inside.bytes.length);
    return new RelativePath(joined);
  }

  /** Whether it is this directory or inside it. */
  public boolean contains(RelativePath other) {
    return isTop()
        || (other.bytes.length >= bytes.length
            && Arrays.equals(bytes, 0, bytes.length, other.bytes, 0, bytes.length)
            && (other.bytes.length == bytes.length || other.bytes[bytes.length] == '/'));
  }

  private int lastSlash() {
    int i = bytes.length - 1;
    while (i >= 0 && bytes[i] != '/') {
      i--;
    }
    return i;
  }

  @Override
  public int compareTo(RelativePath other) {
    int at = Arrays.mismatch(bytes, other.bytes);
    if (at < 0) {
      return 0;
    }
    if (at == bytes.length || at == other.bytes.length) {
      return Integer.compare(bytes.length, other.bytes.length);
    }
    return Integer.compare(rank(bytes[at]), rank(other.bytes[at]));
  }

  private static int rank(byte b) {
    return b == '/' ? -1 : b & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RelativePath path && Arrays.equals(bytes, path.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * The path as text: UTF-8 as it is, a backslash doubled, every byte that is not UTF-8 or is a
   * control character as {@code \xff}. {@link #of(String)} reads it back to the same bytes.
   */
  @Override
  public String toString() {
    return PathText.write(bytes);
  }

  /** The bytes as text, invalid ones replaced; for people to read, not to be read back. */
  public String display() {
    return new String(bytes, UTF_8);
  }
}
