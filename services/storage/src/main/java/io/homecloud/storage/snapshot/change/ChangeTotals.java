package io.homecloud.storage.snapshot.change;

/** How many changes of each kind there are. */
public record ChangeTotals(long added, long changed, long deleted, long renamed) {
  static final ChangeTotals NONE = new ChangeTotals(0, 0, 0, 0);

  public long all() {
    return added + changed + deleted + renamed;
  }

  ChangeTotals plus(FileChange change) {
    return switch (change) {
      case FileChange.Added _ -> new ChangeTotals(added + 1, changed, deleted, renamed);
      case FileChange.Changed _ -> new ChangeTotals(added, changed + 1, deleted, renamed);
      case FileChange.Deleted _ -> new ChangeTotals(added, changed, deleted + 1, renamed);
      case FileChange.Renamed _ -> new ChangeTotals(added, changed, deleted, renamed + 1);
    };
  }
}
