package io.homecloud.storage.files.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one range of a file that is sent, both ends included; several ranges, or none that fits, mean
 * the whole file, as RFC 9110 section 14.2 allows.
 */
record ByteRange(long from, long to) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  static ByteRange of(@Nullable String header, long size) {
    ByteRange all = new ByteRange(0, size - 1);
    Matcher form = FORM.matcher(header == null ? "" : header);
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return all;
    }
    long from =
        form.group(1).isEmpty()
            ? Math.max(0, size - Long.parseLong(form.group(2)))
            : Long.parseLong(form.group(1));
    long to =
        form.group(1).isEmpty() || form.group(2).isEmpty()
            ? size - 1
            : Math.min(size - 1, Long.parseLong(form.group(2)));
    return from > to || from >= size ? all : new ByteRange(from, to);
  }

  boolean whole(long size) {
    return length() == size;
  }

  long length() {
    return to - from + 1;
  }

  String header(long size) {
    return "bytes " + from + "-" + to + "/" + size;
  }
}
