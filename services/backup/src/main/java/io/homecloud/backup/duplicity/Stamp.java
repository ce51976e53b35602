package io.homecloud.backup.duplicity;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Times as duplicity writes them in the names of files: {@code 20261126T031500Z}. */
final class Stamp {
  static final String FORM = "[0-9]{8}T[0-9]{6}Z";

  private static final Pattern PATTERN = Pattern.compile(FORM);
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private Stamp() {}

  static String of(Instant time) {
    return FORMAT.format(time);
  }

  /** Empty when it is none. */
  static Optional<Instant> parse(String stamp) {
    try {
      return PATTERN.matcher(stamp).matches()
          ? Optional.of(Instant.from(FORMAT.parse(stamp)))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
