package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much is copied.
 *
 * @param small how many small files
 * @param large bytes of the large ones together
 * @param untouched how many files where nothing changes
 * @param runs how often what can be repeated is
 */
record Amount(int small, long large, int untouched, int runs) {
  private static final int PARTS = 8;

  static Amount of(boolean quick, boolean soak) {
    return quick
        ? new Amount(10_000, 128L << 20, 20_000, 1)
        : new Amount(100_000, 1L << 30, soak ? 1_000_000 : 200_000, 3);
  }

  /** The small files and the large ones. */
  void make(Path volume) throws IOException {
    small(volume, small);
    // Bytes that are nowhere else: some of the others keep equal ones once.
    String _ =
        new Shell()
            .script(
                "for i in $(seq $2); do head -c $3 /dev/urandom > \"$1/large-$i\"; done",
                volume,
                PARTS,
                large / PARTS);
  }

  /** So many files of some hundred bytes, a hundred to a directory. */
  static void small(Path volume, int count) throws IOException {
    String text = "a line of a file that somebody wrote\n".repeat(20);
    for (int i = 0; i < count; i++) {
      if (i % 100 == 0) {
        Files.createDirectories(volume.resolve(file(i)).getParent());
      }
      Files.writeString(volume.resolve(file(i)), i + text.substring(i % 500));
    }
  }

  static String file(int number) {
    return "d" + number / 10_000 + "/e" + number / 100 % 100 + "/file" + number % 100 + ".txt";
  }

  /** One in a hundred of the small files gets other contents. */
  void change(Path volume, int round) throws IOException {
    for (int i = 0; i < small; i += 100) {
      Files.writeString(volume.resolve(file(i + round % 100)), "changed in round " + round);
    }
  }
}
