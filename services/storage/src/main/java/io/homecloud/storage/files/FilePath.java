package io.homecloud.storage.files;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where something lies below a volume, a snapshot or a pool: names, never {@code ..}. */
public record FilePath(List<FileName> names) {
  public static final FilePath ROOT = new FilePath(List.of());

  /** PATH_MAX without its NUL: longer ones the kernel does not take. */
  static final int MAX_BYTES = 4095;

  public FilePath {
    names = List.copyOf(names);
    if (!fits(names)) {
      throw new IllegalArgumentException("a path of more than " + MAX_BYTES + " bytes");
    }
  }

  /** A path that the program itself makes up. */
  public static FilePath of(String... names) {
    return new FilePath(Arrays.stream(names).map(FileName::of).toList());
  }

  /**
   * Reads the percent-encoded path of a URL: names between slashes, one slash at the end is
   * allowed, the empty path is {@link #ROOT}. Refused: {@link StorageError#FILE_NAME_INVALID}.
   */
  public static Outcome<FilePath> parse(String encoded) {
    if (encoded.isEmpty()) {
      return new Outcome.Done<>(ROOT);
    }
    // the longest path with every byte escaped
    if (encoded.length() > 3 * MAX_BYTES + 1) {
      return invalid("");
    }
    String[] parts =
        (encoded.endsWith("/") ? encoded.substring(0, encoded.length() - 1) : encoded)
            .split("/", -1);
    List<FileName> names = new ArrayList<>(parts.length);
    for (String part : parts) {
      FileName name = FileName.parse(part);
      if (name == null) {
        return invalid(safe(part));
      }
      names.add(name);
    }
    return fits(names) ? new Outcome.Done<>(new FilePath(names)) : invalid("");
  }

  private static Outcome<FilePath> invalid(String name) {
    String sentence = FileErrors.sentence(StorageError.FILE_NAME_INVALID);
    return new Outcome.Refused<>(
        StorageError.FILE_NAME_INVALID, name.isEmpty() ? sentence : name + ": " + sentence);
  }

  /** Percent-encoded, so that an answer can show it; empty when it is too long for that. */
  private static String safe(String part) {
    byte[] bytes = PercentCode.decode(part);
    return bytes == null || bytes.length > FileName.MAX_BYTES ? "" : PercentCode.encode(bytes);
  }

  /** Whether {@link #resolve} can be answered. */
  public static boolean fits(FilePath directory, FilePath inside) {
    List<FileName> longer = new ArrayList<>(directory.names);
    longer.addAll(inside.names);
    return fits(longer);
  }

  /** Whether the kernel takes a path that long. */
  static boolean fits(List<FileName> names) {
    return names.stream().mapToInt(name -> name.raw().length + 1).sum() - 1 <= MAX_BYTES;
  }

  public boolean isRoot() {
    return names.isEmpty();
  }

  /** The last name; {@link #ROOT} has none and throws NoSuchElementException. */
  public FileName name() {
    return names.getLast();
  }

  /** Where it lies; {@link #ROOT} lies nowhere and throws IndexOutOfBoundsException. */
  public FilePath parent() {
    return new FilePath(names.subList(0, names.size() - 1));
  }

  public FilePath child(FileName name) {
    List<FileName> longer = new ArrayList<>(names);
    longer.add(name);
    return new FilePath(longer);
  }

  /**
   * What {@code inside} is when read from this directory.
   *
   * @throws IllegalArgumentException when the kernel takes no path that long
   */
  public FilePath resolve(FilePath inside) {
    List<FileName> longer = new ArrayList<>(names);
    longer.addAll(inside.names);
    return new FilePath(longer);
  }

  /** Whether {@code other} is this or lies anywhere below it. */
  public boolean contains(FilePath other) {
    return other.names.size() >= names.size() && other.names.subList(0, names.size()).equals(names);
  }

  /** The same place for those who know it by its bytes alone. */
  public RelativePath relative() {
    return isRoot() ? RelativePath.TOP : RelativePath.of(kernelPath());
  }

  /**
   * Percent-encoded, as {@link #parse} reads it; also a path that is too long for the kernel to
   * take at once.
   */
  public static String encoded(RelativePath path) {
    StringBuilder text = new StringBuilder();
    byte[] bytes = path.bytes();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        text.append(start == 0 ? "" : "/")
            .append(PercentCode.encode(Arrays.copyOfRange(bytes, start, i)));
        start = i + 1;
      }
    }
    return text.toString();
  }

  /** As the kernel takes it, relative to the root. */
  byte[] kernelPath() {
    if (isRoot()) {
      return new byte[] {'.'};
    }
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    for (FileName name : names) {
      if (path.size() > 0) {
        path.write('/');
      }
      path.writeBytes(name.raw());
    }
    return path.toByteArray();
  }

  /** Percent-encoded, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return names.stream().map(FileName::encoded).collect(Collectors.joining("/"));
  }
}
