package io.homecloud.pages;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times for people, in the time zone of this house. */
public final class ReadableTime {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH);

  private ReadableTime() {}

  /** As in 14 Aug 2026. */
  public static String day(Instant time) {
    return DAY.format(time.atZone(ZoneId.systemDefault()));
  }

  /** As in 14 August 2026, 18:05; with UTC where that is the zone, as few houses are in it. */
  public static String minute(Instant time) {
    return minute(time, ZoneId.systemDefault());
  }

  static String minute(Instant time, ZoneId zone) {
    boolean utc = zone.normalized().equals(ZoneOffset.UTC);
    return MINUTE.format(time.atZone(zone)) + (utc ? " UTC" : "");
  }
}
