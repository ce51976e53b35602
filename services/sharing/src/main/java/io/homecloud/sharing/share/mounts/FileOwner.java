package io.homecloud.sharing.share.mounts;

/** Whose files are on disk. */
public record FileOwner(int uid, int gid) {
  public static final FileOwner ROOT = new FileOwner(0, 0);

  /**
   * Reads {@code 1000:1000}, as storage writes it.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static FileOwner parse(String text) {
    if (!text.matches("[0-9]{1,9}:[0-9]{1,9}")) {
      throw new IllegalArgumentException("no owner: " + text);
    }
    String[] numbers = text.split(":", -1);
    return new FileOwner(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }
}
