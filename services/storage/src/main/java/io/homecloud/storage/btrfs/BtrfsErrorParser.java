package io.homecloud.storage.btrfs;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.disk.Printable;
import java.util.stream.Collectors;

/**
 * What btrfs-progs says when it fails. It has one exit code for everything, so the C library's
 * English text of the errno at the end of its message decides.
 */
final class BtrfsErrorParser {
  private static final String ERROR = "ERROR: ";

  private BtrfsErrorParser() {}

  /** The refusal in a result that is no success. */
  static <T> Outcome<T> refused(HostResult result) {
    return new Outcome.Refused<>(refusal(result));
  }

  static Refusal refusal(HostResult result) {
    return switch (result) {
      case HostResult.Exited(int code, _, String errors) -> parse(code, errors);
      case HostResult.TimedOut(HostCommand late) ->
          new Refusal(
              StorageError.REFUSED_BY_KERNEL,
              late.argv().getFirst() + " gave no answer in " + late.deadline() + ".");
      case HostResult.NotInstalled(String program) ->
          new Refusal(
              StorageError.TOOL_MISSING, program + " is not installed; it is in btrfs-progs.");
    };
  }

  private static Refusal parse(int code, String errors) {
    String said =
        errors
            .lines()
            .filter(line -> line.startsWith(ERROR))
            .map(line -> line.substring(ERROR.length()))
            .collect(Collectors.joining("; "));
    String sentence =
        Printable.of(
            said.isEmpty() ? (errors.isBlank() ? "btrfs ended with " + code : errors) : said);
    return new Refusal(error(errors), sentence);
  }

  private static StorageError error(String errors) {
    if (errors.contains("No space left on device")) {
      return StorageError.NO_ROOM;
    }
    if (errors.contains("Read-only file system")) {
      return StorageError.READ_ONLY;
    }
    if (errors.contains("Operation canceled")) {
      return StorageError.CANCELLED;
    }
    if (errors.contains("in progress") || errors.contains("is already running")) {
      return StorageError.POOL_BUSY;
    }
    return StorageError.REFUSED_BY_KERNEL;
  }
}
