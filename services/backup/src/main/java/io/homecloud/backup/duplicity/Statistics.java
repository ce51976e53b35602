package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.RunMark.Contents;
import java.util.List;

/** What duplicity counts (its {@code statistics.py}), and what we count for it. */
final class Statistics {
  private Statistics() {}

  static CopyProgress progress(JsonNode counted) {
    long files = counted.path("SourceFiles").asLong();
    return new CopyProgress(counted.path("RawDeltaSize").asLong(), changed(counted), files, files);
  }

  /** Of a restore, as our side of it counts. */
  static CopyProgress restored(JsonNode counted) {
    long files = counted.path("files").asLong();
    return new CopyProgress(counted.path("bytes").asLong(), files, files, files);
  }

  private static long changed(JsonNode counted) {
    return counted.path("NewFiles").asLong() + counted.path("ChangedFiles").asLong();
  }

  static Contents contents(List<JsonNode> said) {
    return said.stream()
        .filter(one -> one.has("done"))
        .map(one -> one.get("done"))
        .findFirst()
        .map(counted ->
            new Contents(
                counted.path("SourceFiles").asLong(),
                counted.path("SourceFileSize").asLong(),
                changed(counted),
                counted.path("RawDeltaSize").asLong()))
        .orElse(Contents.NONE);
  }
}
