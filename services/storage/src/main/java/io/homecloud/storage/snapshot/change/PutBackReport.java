package io.homecloud.storage.snapshot.change;

import java.util.List;

/**
 * What a rollback or a restore did.
 *
 * @param changed how many files and directories were touched
 * @param left the first of the files that were left, at most {@link #MOST_LEFT}
 * @param leftCount how many were left in all; 0 means that all is as wanted
 */
public record PutBackReport(long changed, List<Left> left, long leftCount) {
  static final int MOST_LEFT = 1000;

  public PutBackReport {
    left = List.copyOf(left);
  }
}
