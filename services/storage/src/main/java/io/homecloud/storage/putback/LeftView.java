package io.homecloud.storage.putback;

import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.snapshot.change.Left;
import io.homecloud.storage.snapshot.change.PutBackReport;
import java.util.List;
import java.util.Locale;

/**
 * A file that was left as it was, as it is answered.
 *
 * @param path percent-encoded, as the files API takes it
 * @param text the same for people
 * @param why {@code being-written}, {@code changed-since}, {@code in-the-way} or {@code refused}
 */
record LeftView(String path, String text, String why) {
  static List<LeftView> of(PutBackReport report) {
    return report.left().stream().map(LeftView::of).toList();
  }

  private static LeftView of(Left left) {
    return new LeftView(
        FilePath.encoded(left.path()),
        left.path().display(),
        left.why().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
