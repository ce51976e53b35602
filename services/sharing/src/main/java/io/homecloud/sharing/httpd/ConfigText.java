package io.homecloud.sharing.httpd;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Texts of others in httpd.conf. httpd reads a text again and again, each time with other eyes
 * (line continuations, {@code ${VARIABLE}}, quotes, {@code %{expression}}, {@code $1}, wildcards),
 * so what any of them would see is refused: paths are our own mounts and have none of it.
 */
final class ConfigText {
  private static final Pattern PLAIN = Pattern.compile("/[\\p{L}\\p{M}\\p{N} /._@:+,=~()&;!'-]*");

  private static final Pattern VERIFIER = Pattern.compile("\\$[A-Za-z0-9./$=,-]{1,200}");

  private ConfigText() {}

  /** A text that must not be in a configuration; the message is a sentence. */
  static final class Unspeakable extends Exception {
    private static final long serialVersionUID = 1L;

    Unspeakable(String message) {
      super(message);
    }
  }

  /** In quotes. */
  static String path(Path path) throws Unspeakable {
    return '"' + words(path) + '"';
  }

  /** Without quotes, to be put into some. */
  static String words(Path path) throws Unspeakable {
    String text = path.toString();
    if (!PLAIN.matcher(text).matches()) {
      throw new Unspeakable(
          "The path '%s' has characters that httpd's configuration gives a meaning."
              .formatted(text.replaceAll("[^\\p{Print}]", "?")));
    }
    return text;
  }

  /** Of crypt(3), for a line of AuthUserFile. */
  static boolean isVerifier(String crypt) {
    return VERIFIER.matcher(crypt).matches();
  }
}
