package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines of httpd as our configuration has them written (LogMessage and LogFormat in {@link
 * ConfigTemplate}). Clients choose method, name and URL; httpd writes what is not printable as
 * {@code \x..}, so a line is one line.
 */
final class HttpdLogParser {
  private static final Pattern BEGIN =
      Pattern.compile("begin (\\S+) (\\S+) (\\d{1,5}) (\\S+) u=(\\S*) (/.*)");

  private static final Pattern END =
      Pattern.compile("end (\\S+) (\\S+) (\\d{1,5}) (\\d{3}) (\\S+) (\\S+) u=(.*?) (/.*)");

  private HttpdLogParser() {}

  /** What a client does with WebDAV. */
  sealed interface Line {
    Request request();

    /** It may, and begins. */
    record Begin(Request request) implements Line {}

    /**
     * It is over.
     *
     * @param tried whether the client said who it is, truly or not
     */
    record End(Request request, int status, boolean tried) implements Line {}
  }

  /**
   * @param account null for nobody; at an end with status 401 not to be believed
   * @param url decoded
   */
  record Request(
      String security,
      String address,
      int port,
      String method,
      @Nullable Name account,
      String url) {
    /** The segment after {@code /dav/}; null when there is none that names a share. */
    @Nullable Name share() {
      String[] parts = url.split("/", 4);
      return parts.length > 2 && parts[1].equals("dav") && Name.valid(parts[2])
          ? new Name(parts[2])
          : null;
    }

    /** Within the share, without the slash before it. */
    String path() {
      String[] parts = url.split("/", 4);
      return parts.length > 3 ? parts[3] : "";
    }

    boolean writes() {
      return switch (method) {
        case "GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT" -> false;
        default -> true;
      };
    }
  }

  /** Empty for lines of another kind: complaints. */
  static Optional<Line> parse(String line) {
    Matcher begin = BEGIN.matcher(line);
    if (begin.matches()) {
      return Optional.of(
          new Line.Begin(
              new Request(
                  begin.group(1),
                  begin.group(2),
                  Integer.parseInt(begin.group(3)),
                  begin.group(4),
                  name(begin.group(5)),
                  plain(begin.group(6)))));
    }
    Matcher end = END.matcher(line);
    if (end.matches()) {
      return Optional.of(
          new Line.End(
              new Request(
                  end.group(1),
                  end.group(2),
                  Integer.parseInt(end.group(3)),
                  end.group(6),
                  name(end.group(7)),
                  plain(end.group(8))),
              Integer.parseInt(end.group(4)),
              end.group(5).equals("1")));
    }
    return Optional.empty();
  }

  private static @Nullable Name name(String text) {
    return Name.valid(text) ? new Name(text) : null;
  }

  /** Undoes httpd's escapes. */
  static String plain(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\' || i + 1 == escaped.length()) {
        bytes.write(c);
        continue;
      }
      char kind = escaped.charAt(++i);
      if (kind == 'x' && i + 2 < escaped.length() && hex(escaped, i + 1) >= 0) {
        bytes.write(hex(escaped, i + 1));
        i += 2;
      } else {
        int control = "btnvfr".indexOf(kind);
        bytes.write(control >= 0 ? "\b\t\n\013\f\r".charAt(control) : kind);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int hex(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
