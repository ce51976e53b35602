package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other programs for backups, used by hand as their manuals say; each on a disk of its own. */
enum Bare {
  RSYNC(
      "rsync --link-dest",
      "rsync --version | head -n 1 | cut -d ' ' -f 4",
      ":",
      """
      last=$(ls "$2/copies" | sort -n | tail -n 1)
      link=${last:+--link-dest=$2/copies/$last}
      rsync -aHAXS --numeric-ids $link "$1/" "$2/copies/$((${last:-0} + 1))/"
      """,
      """
      rsync -aHAXS --numeric-ids "$2/copies/$(ls "$2/copies" | sort -n | tail -n 1)/$3" "$4/"
      """),
  RESTIC(
      "restic",
      "restic version | cut -d ' ' -f 2",
      "restic init --quiet",
      "cd \"$1\"; restic backup --quiet .",
      """
      restic restore latest --quiet --target "$4" ${3:+--include "/$3"}
      """),
  BORG(
      "borg",
      "borg --version | cut -d ' ' -f 2",
      "borg init --encryption=none",
      "cd \"$1\"; borg create \"::$(date +%s%N)\" .",
      """
      cd "$4"; borg extract "::$(borg list --short --last 1)" ${3:+"$3"}
      """),
  DUPLICITY(
      "duplicity",
      "duplicity --version | cut -d ' ' -f 2",
      ":",
      """
      duplicity --no-encryption --archive-dir "$2/own" --verbosity error --no-print-statistics \
        "$1" "file://$2/copies"
      """,
      """
      duplicity restore --no-encryption --archive-dir "$2/own" --verbosity error \
        ${3:+-r "$3"} "file://$2/copies" "$4/${3:-all}"
      """);

  private static final String SETTINGS =
      """
      export RESTIC_PASSWORD=none RESTIC_REPOSITORY="$2/copies" RESTIC_CACHE_DIR="$2/own"
      export BORG_REPO="$2/copies" BORG_BASE_DIR="$2/own" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
      """;

  private final String words;
  private final String version;
  private final String begin;
  private final String copy;
  private final String restore;

  Bare(String words, String version, String begin, String copy, String restore) {
    this.words = words;
    this.version = version;
    this.begin = begin;
    this.copy = copy;
    this.restore = restore;
  }

  String words() {
    return words;
  }

  String version() {
    return new Shell().script(version);
  }

  /**
   * An empty repository.
   *
   * @param disk an empty file system
   */
  void begin(Path disk) throws IOException {
    for (String directory : List.of("copies", "own")) {
      Files.createDirectories(disk.resolve(directory));
    }
    String _ = new Shell().script(SETTINGS + begin, "", disk);
  }

  /** A copy that is on the disk when this returns. */
  void copy(Path source, Path disk) {
    String _ = new Shell().script(SETTINGS + copy + "\nsync --file-system \"$2\"", source, disk);
  }

  /**
   * Brings back from the newest copy.
   *
   * @param file in the source; empty for everything
   * @param into an empty directory
   */
  void restore(Path disk, String file, Path into) {
    String _ =
        new Shell()
            .script(SETTINGS + restore + "\nsync --file-system \"$4\"", "", disk, file, into);
  }
}
