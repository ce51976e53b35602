package io.homecloud.storage.files.http;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.storage.files.UploadRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which piece of a file a PUT carries: {@code bytes 0-99/1000}. {@code bytes *}{@code /1000} asks
 * how much is there.
 *
 * @param total -1 when nobody knows
 */
record ContentRange(long from, long total, boolean question) {
  private static final Pattern FORM =
      Pattern.compile("bytes (?:([0-9]{1,18})-([0-9]{1,18})|\\*)/([0-9]{1,18}|\\*)");

  static ContentRange of(@Nullable String header, long length) {
    if (header == null) {
      return new ContentRange(0, length < 0 ? UploadRequest.UNKNOWN : length, false);
    }
    Matcher form = FORM.matcher(header);
    if (!form.matches()) {
      throw malformed();
    }
    long total = form.group(3).equals("*") ? UploadRequest.UNKNOWN : Long.parseLong(form.group(3));
    if (form.group(1) == null) {
      return new ContentRange(0, total, true);
    }
    long from = Long.parseLong(form.group(1));
    long to = Long.parseLong(form.group(2));
    if (from > to || to >= total || (length >= 0 && length != to - from + 1)) {
      throw malformed();
    }
    return new ContentRange(from, total, false);
  }

  /**
   * Of how large a file something is said that has no bytes: {@code bytes *}{@code /1000}, or with
   * another star of one that was sent without a length.
   */
  static long total(String header) {
    ContentRange range = of(header, 0);
    if (!range.question()) {
      throw malformed();
    }
    return range.total();
  }

  private static RuntimeException malformed() {
    return CommonProblem.PARAMETER_INVALID.because(
        "Content-Range is 'bytes FROM-TO/TOTAL' of the piece that is sent, or 'bytes */TOTAL' to ask how much is here.");
  }
}
