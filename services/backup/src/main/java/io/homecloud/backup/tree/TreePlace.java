package io.homecloud.backup.tree;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One copy of a plan: a directory named by its time, and what lies beside it. It is complete when
 * it has its name; until then it is called otherwise.
 *
 * @param runs the directory of all copies of the plan
 * @param stamp {@code 2026-11-26T03-00-00Z}
 */
public record TreePlace(Path runs, String stamp) {
  static final String INCOMPLETE = ".incomplete";
  static final String ABANDONED = ".abandoned-";
  static final String DELETING = ".deleting";

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);

  /** Of four digits. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private static final Pattern STAMP =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}Z");

  public TreePlace {
    if (!isStamp(stamp)) {
      throw new IllegalArgumentException("not the name of a copy");
    }
  }

  /** How the copy of that time is called. */
  public static String stamp(Instant time) {
    return FORM.format(time);
  }

  /** How the last copy up to that time can be called. */
  public static String lastStamp(Instant time) {
    return stamp(time.isBefore(LAST) ? time : LAST);
  }

  static boolean isStamp(String name) {
    if (!STAMP.matcher(name).matches()) {
      return false;
    }
    try {
      return stamp(time(name)).equals(name);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Instant time(String stamp) {
    return Instant.parse(
        stamp.substring(0, 13) + ":" + stamp.substring(14, 16) + ":" + stamp.substring(17));
  }

  /** The time that a copy of that name is called by; empty when it is no name of one. */
  public static Optional<Instant> timeOf(String name) {
    return isStamp(name) ? Optional.of(time(name)) : Optional.empty();
  }

  /**
   * The newest last, by their names. One that was made while the clock was ahead is called by a
   * time that has not come yet, and is older than all others, as nobody knows when that was.
   */
  public static Comparator<String> oldestFirst(Instant latest) {
    return Comparator.comparing((String name) -> !time(name).isAfter(latest))
        .thenComparing(Comparator.naturalOrder());
  }

  /** The time that it is named by. */
  public Instant at() {
    return time(stamp);
  }

  /** Whether it is complete, or has begun. */
  public boolean exists() {
    return Files.exists(complete(), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(incomplete(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Where it is when it is complete, and not before. */
  public Path complete() {
    return runs.resolve(stamp);
  }

  /** Where it is while it is copied. */
  public Path incomplete() {
    return runs.resolve(stamp + INCOMPLETE);
  }

  /** An earlier attempt, of which only unchanged files are taken. */
  Path abandoned(int number) {
    return runs.resolve(stamp + ABANDONED + number);
  }

  /** Where it is while it is deleted. */
  Path deleting() {
    return runs.resolve(stamp + DELETING);
  }

  /** There while it is pinned. */
  Path pin() {
    return runs.resolve(stamp + ".pinned");
  }
}
