package io.homecloud.storage.diff;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.storage.snapshot.change.Detail;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which list of changes: of two snapshots it is always the same one; with the volume as it is now,
 * each comparison is one of its own. Its value is the name of a file and part of a continue token.
 */
record ListId(String value) {
  private static final String UUID_FORM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String FOR_COPIES = "-copies";
  private static final Pattern FORM =
      Pattern.compile(
          UUID_FORM + "\\.(?:" + UUID_FORM + "(?:" + FOR_COPIES + ")?|now-" + UUID_FORM + ")");

  ListId {
    if (!FORM.matcher(value).matches()) {
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }
  }

  static ListId of(UUID from, UUID to, Detail detail) {
    return new ListId(from + "." + to + (detail == Detail.FOR_COPIES ? FOR_COPIES : ""));
  }

  Detail detail() {
    return value.endsWith(FOR_COPIES) ? Detail.FOR_COPIES : Detail.USUAL;
  }

  static ListId now(UUID from) {
    return new ListId(from + ".now-" + UUID.randomUUID());
  }

  boolean begins(UUID from) {
    return value.startsWith(from + ".");
  }

  boolean isNow() {
    return value.contains(".now-");
  }
}
