package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Lines of vfs_full_audit(8) with the prefix of {@link SmbConf}. Before each is one that says when
 * and where in Samba's code, and after it what a name has behind a line break: none of these.
 */
final class AuditParser {
  private static final int FIELDS = 7;
  private static final int WORD = 0;
  private static final int USER = 1;
  private static final int ADDRESS = 2;
  private static final int SHARE = 3;
  private static final int ACTION = 4;
  private static final int RESULT = 5;

  /** Rights and kind of what is opened, and how. */
  private static final String OPENING = "^[^|]*\\|[^|]*\\|[^|]*\\|";

  private AuditParser() {}

  /**
   * @param word that of {@link SambaFiles}
   * @param line as bytes are in ISO 8859-1
   */
  static Optional<Access> parse(String word, String line, Instant now) {
    String text =
        new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
    String[] fields = text.split("\\|", FIELDS);
    if (fields.length < FIELDS || !fields[WORD].equals(word) || !Name.valid(fields[SHARE])) {
      return Optional.empty();
    }
    String rest = fields[FIELDS - 1];
    return Optional.of(
        new Access(
            now,
            Protocol.SMB,
            new Name(fields[SHARE]),
            Name.valid(fields[USER]) ? new Name(fields[USER]) : null,
            fields[ADDRESS],
            fields[ACTION],
            switch (fields[ACTION]) {
              case "connect", "disconnect" -> "";
              case "create_file" -> rest.replaceFirst(OPENING, "");
              default -> rest;
            },
            fields[RESULT]));
  }
}
