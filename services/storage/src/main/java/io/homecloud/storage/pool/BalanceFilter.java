package io.homecloud.storage.pool;

/**
 * Which chunks a balance rewrites: those filled up to these percentages. 0 frees empty chunks only,
 * 100 rewrites everything of that kind; negative leaves the kind alone.
 */
public record BalanceFilter(int dataUsage, int metadataUsage) {
  public BalanceFilter {
    if (dataUsage > 100 || metadataUsage > 100 || (dataUsage < 0 && metadataUsage < 0)) {
      throw new IllegalArgumentException("balance of nothing, or of more than everything");
    }
  }
}
