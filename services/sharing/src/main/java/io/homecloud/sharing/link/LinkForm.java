package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.SharingProblem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was written into the form of a new link.
 *
 * @param paths one a line
 * @param bytes and the two after it: of links by which files are brought
 */
public record LinkForm(
    String title,
    String share,
    String mode,
    String paths,
    String days,
    String uses,
    String bytes,
    String files,
    String types,
    String password) {
  static final LinkForm EMPTY = new LinkForm("", "", "download", "", "14", "", "", "", "", "");

  private static final long MOST_DAYS = 3650;
  private static final int MOST_LINES = 8;

  /** As pages write sizes: a GB has 1000 MB, and a GiB 1024 MiB. */
  private static final Pattern SIZE =
      Pattern.compile("(?i)([0-9]{1,15}(?:[.,][0-9]{1,3})?) ?(?:([kmgt])(i?))?b?");

  static LinkForm read(FormFields fields) {
    return new LinkForm(
        fields.text("title"),
        fields.text("share"),
        fields.text("mode"),
        fields.text("paths"),
        fields.text("days"),
        fields.text("uses"),
        fields.text("bytes"),
        fields.text("files"),
        fields.text("types"),
        fields.text("password"));
  }

  static String text(@Nullable String field) {
    return field == null ? "" : field.strip();
  }

  LinkMode wishedMode() {
    return switch (mode) {
      case "view" -> LinkMode.VIEW;
      case "upload" -> LinkMode.UPLOAD;
      default -> LinkMode.DOWNLOAD;
    };
  }

  List<String> wishedPaths() {
    return paths(paths);
  }

  private static List<String> paths(String text) {
    return text.lines().map(String::strip).filter(path -> !path.isEmpty()).toList();
  }

  /** How many lines of paths the form shows. */
  public int lines() {
    return Math.clamp(wishedPaths().size(), 1, MOST_LINES);
  }

  /** How a path is written into the form; empty when the form would read another one. */
  static Optional<String> written(RelativePath path) {
    String text = path.display();
    boolean same = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), path.bytes());
    return same && paths(text).equals(List.of(text)) ? Optional.of(text) : Optional.empty();
  }

  LinkForm with(List<String> others) {
    return new LinkForm(
        title, share, mode, String.join("\n", others), days, uses, bytes, files, types, password);
  }

  /**
   * What is wished for by it.
   *
   * @throws io.homecloud.control.problem.ProblemException when a field holds something else
   */
  GuestLinkSpec spec(Instant now) {
    LinkMode as = wishedMode();
    return new GuestLinkSpec(
        new Name(share),
        wishedPaths(),
        as,
        number("days", days, MOST_DAYS)
            .map(count -> now.plus(Duration.ofDays(count)).truncatedTo(ChronoUnit.SECONDS))
            .orElse(null),
        whole("visitors", uses).orElse(null),
        as == LinkMode.UPLOAD ? limits() : null,
        title.isEmpty() ? null : title);
  }

  private @Nullable LinkLimits limits() {
    LinkLimits limits =
        new LinkLimits(
            size().orElse(null),
            whole("files", files).orElse(null),
            Stream.of(types.split("[\\s,;]+"))
                .map(type -> type.replaceFirst("^[*.]+", "").toLowerCase(Locale.ROOT))
                .filter(type -> !type.isEmpty())
                .distinct()
                .toList());
    return limits.equals(LinkLimits.NONE) ? null : limits;
  }

  private Optional<Quantity> size() {
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Matcher size = SIZE.matcher(bytes);
    if (!size.matches()) {
      throw SharingProblem.VALUE_INVALID.because(
          "A size is a number with its unit, as in 500 MB or 2 GB.");
    }
    String number = size.group(1).replace(',', '.');
    if (size.group(2) == null) {
      return Optional.of(Quantity.parse(number));
    }
    String unit = size.group(2).toUpperCase(Locale.ROOT);
    boolean binary = !size.group(3).isEmpty();
    return Optional.of(
        Quantity.parse(number + (binary ? unit + "i" : unit.equals("K") ? "k" : unit)));
  }

  private static Optional<Integer> whole(String what, String text) {
    return number(what, text, Integer.MAX_VALUE).map(Long::intValue);
  }

  private static Optional<Long> number(String what, String text, long most) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // answered below like a number out of range
    }
    throw SharingProblem.VALUE_INVALID.because("The number of " + what + " is 1 to " + most + ".");
  }

  /** The day until which a link is open, as a form shows it; empty when it is for ever. */
  static String day(@Nullable Instant expiresAt) {
    return expiresAt == null ? "" : expiresAt.atZone(ZoneId.systemDefault()).toLocalDate() + "";
  }

  /**
   * When a link expires that is open until the day: at its end, or as before when it is the same
   * day; null for never.
   */
  static @Nullable Instant end(String day, @Nullable Instant before, Instant now) {
    if (day.equals(day(before))) {
      return before;
    }
    if (day.isEmpty()) {
      return null;
    }
    try {
      Instant end =
          LocalDate.parse(day).plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant();
      if (end.isAfter(now)) {
        return end.minusSeconds(1);
      }
    } catch (DateTimeException e) {
      // answered below
    }
    throw SharingProblem.VALUE_INVALID.because(
        "A link is open until a day that is still to come, as in 2027-01-31.");
  }

  @Override
  public String toString() {
    return "LinkForm[" + title + "]";
  }
}
