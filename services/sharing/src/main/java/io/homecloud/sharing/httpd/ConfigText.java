package io.homecloud.sharing.httpd;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Texts of others in httpd's files. httpd reads a text again and again, each time with other eyes
 * (line continuations, {@code ${VARIABLE}}, quotes, {@code %{expression}}, {@code $1}, blanks), so
 * what any of them would see is refused: paths are our own mounts and have none of it. Names are
 * {@link io.homecloud.control.Name}s and need nothing; what people call things is not in there.
 */
final class ConfigText {
  private static final Pattern PLAIN = Pattern.compile("/[\\p{L}\\p{M}\\p{N}/._@:+,=~-]*");

  /** httpd cuts a line of a RewriteMap after 1024 bytes. */
  private static final int LONGEST = 250;

  private static final Pattern VERIFIER = Pattern.compile("\\$[A-Za-z0-9./$=,-]{1,200}");

  private ConfigText() {}

  /** A text that must not be in a configuration; the message is a sentence. */
  static final class Unspeakable extends Exception {
    private static final long serialVersionUID = 1L;

    Unspeakable(String message) {
      super(message);
    }
  }

  static String path(Path path) throws Unspeakable {
    String text = path.toString();
    if (!PLAIN.matcher(text).matches() || text.length() > LONGEST) {
      throw new Unspeakable(
          "The path '%s' is longer than %d characters, or has some that httpd gives a meaning."
              .formatted(text.replaceAll("[^\\p{L}\\p{N}\\p{Punct} ]", "?"), LONGEST));
    }
    return text;
  }

  /** Whether it can be of crypt(3), and stand in a line of AuthUserFile. */
  static boolean isVerifier(String crypt) {
    return VERIFIER.matcher(crypt).matches();
  }
}
