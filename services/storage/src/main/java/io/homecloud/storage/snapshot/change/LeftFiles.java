package io.homecloud.storage.snapshot.change;

import io.homecloud.host.path.RelativePath;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is left. */
final class LeftFiles {
  private final List<Left> first = new ArrayList<>();
  private long count;

  void add(RelativePath path, Left.Why why) {
    count++;
    if (first.size() < PutBackReport.MOST_LEFT) {
      first.add(new Left(path, why));
    }
  }

  PutBackReport report(long changed) {
    return new PutBackReport(changed, first, count);
  }
}
