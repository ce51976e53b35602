package io.homecloud.backup.duplicity;

import io.homecloud.backup.Trouble;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What duplicity's exit code ({@code ErrorCode} in its {@code log.py}) and its complaints mean. The
 * complaints are those of gpg, paramiko, boto3 and the kernel.
 */
final class FailureParser {
  private static final int NOT_IN_COPY = 19;
  private static final int HASH = 21;
  private static final int OTHER_INSTANCE = 23;
  private static final int NO_ROOM_HERE = 35;
  private static final int NO_SPACE = 53;
  private static final int SERVICE_ENDED = 75;
  private static final int UNREADABLE = 76;
  private static final String CANNOT_READ = "homecloud cannot read ";
  private static final int KILLED = 128;
  private static final int LONGEST = 300;

  private FailureParser() {}

  /** Words in what was complained of, in small letters, and what they mean. */
  private record Meaning(List<String> words, Trouble trouble, String sentence) {}

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              List.of("bad session key", "bad passphrase"),
              Trouble.KeyWrong,
              "The passphrase is not the one that its copies were made with; set the right one with PUT /api/backup/v1/secrets/{name}."),
          new Meaning(
              List.of("no secret key"),
              Trouble.KeyWrong,
              "Its copies are encrypted to a key whose private part is not in the secret, so they cannot be read here."),
          new Meaning(
              List.of("no space left", "507 insufficient", "quota exceeded", "quotaexceeded"),
              Trouble.TargetFull,
              "There is no room left at the target."),
          new Meaning(
              List.of("read-only file system"),
              Trouble.TargetReadOnly,
              "The target can only be read."),
          new Meaning(
              List.of("eof when reading a line", "not found in known_hosts"),
              Trouble.RepositoryAway,
              "The server's SSH key is not known; compare it, and put the server's line of ssh-keyscan into knownHosts of the secret."),
          new Meaning(
              List.of("host key for server"),
              Trouble.HostKeyChanged,
              "The server's SSH key is not the one that is known of it: another server answers there, or it was set up anew. Nothing was sent to it. If it was set up anew, compare its key, and put the server's new line of ssh-keyscan into knownHosts of the secret."),
          new Meaning(
              List.of(
                  "authentication failed",
                  "permission denied (publickey",
                  "no authentication methods",
                  // Not alone: it is in times, in names and in the lines of tracebacks.
                  "code 401",
                  "code: 401",
                  "status 401",
                  "error 401",
                  "(401)",
                  "401 unauthorized",
                  "signaturedoesnotmatch",
                  "invalidaccesskeyid",
                  "no existing session",
                  "(403)",
                  "403 forbidden",
                  "accessdenied",
                  "unable to locate credentials"),
              Trouble.RepositoryAway,
              "The target refuses the user, password or key; see the secret that spec.secretRef names."),
          new Meaning(
              List.of("can't find source path"),
              Trouble.RepositoryAway,
              "The target's directory is not there; is its disk plugged in and mounted?"),
          new Meaning(
              List.of("s3 bucket", "nosuchbucket"),
              Trouble.RepositoryAway,
              "There is no such bucket at the target; make it first."),
          new Meaning(
              List.of(
                  "connection refused",
                  "unable to connect",
                  "could not connect",
                  "timed out",
                  "name or service not known",
                  "no route to host",
                  "network is unreachable",
                  "connection reset",
                  "connection aborted",
                  "temporary failure in name resolution",
                  "eof occurred",
                  "connection closed",
                  "connection was closed",
                  "server connection dropped",
                  "socket is closed",
                  "remote end closed"),
              Trouble.RepositoryAway,
              "The target does not answer; is it switched on, and the network there?"),
          new Meaning(
              List.of(
                  "hash mismatch",
                  "invalid packet",
                  "crc error",
                  "message authentication",
                  "mdc",
                  "integrity",
                  "no valid openpgp data",
                  "premature eof",
                  "decryption failed",
                  "not a gzipped file",
                  "ciphertext was not followed",
                  // A traceback: a volume of the set is not at the target.
                  "volume_name_dict["),
              Trouble.CopyDamaged,
              "What the target gives back is not what was written there; the copy is damaged."));

  static Trouble trouble(int code, String errors) {
    return switch (code) {
      case HASH -> Trouble.CopyDamaged;
      case NO_SPACE -> Trouble.TargetFull;
      case NOT_IN_COPY -> Trouble.SourceGone;
      case NO_ROOM_HERE -> Trouble.NoRoomHere;
      case UNREADABLE -> Trouble.CopyFailed;
      case SERVICE_ENDED -> Trouble.Interrupted;
      default -> {
        if (code == OTHER_INSTANCE && errors.contains("Another duplicity instance")) {
          yield Trouble.TargetBusy;
        }
        yield code >= KILLED ? Trouble.Interrupted : meaning(errors).trouble();
      }
    };
  }

  private static Meaning meaning(String errors) {
    String text = errors.toLowerCase(Locale.ROOT);
    return MEANINGS.stream()
        .filter(one -> one.words().stream().anyMatch(text::contains))
        .findFirst()
        .orElse(new Meaning(List.of(), Trouble.CopyFailed, ""));
  }

  static String sentence(int code, String errors) {
    return switch (code) {
      case HASH -> "What the target gives back is not what was written there; the copy is damaged.";
      case NO_SPACE -> "There is no room left at the target.";
      case NO_ROOM_HERE ->
          "This node has no room for the volumes that duplicity prepares; it needs about three of 64 MB in its data directory.";
      case UNREADABLE ->
          errors
              .lines()
              .filter(line -> line.startsWith(CANNOT_READ))
              .findFirst()
              .map(line ->
                  "Without what cannot be read this would be no copy: "
                      + line.substring(CANNOT_READ.length()))
              .orElseGet(() -> said(code, errors));
      default -> {
        String sentence = meaning(errors).sentence();
        yield sentence.isEmpty() ? said(code, errors) : sentence;
      }
    };
  }

  /** The last things that it complained of. */
  private static String said(int code, String errors) {
    List<String> lines = errors.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String last =
        lines.subList(Math.max(0, lines.size() - 2), lines.size()).stream()
            .collect(Collectors.joining("; "));
    String cut = last.length() > LONGEST ? last.substring(last.length() - LONGEST) : last;
    return "duplicity ended with code " + code + (cut.isEmpty() ? "." : ": " + cut);
  }
}
