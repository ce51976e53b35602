package io.homecloud.standalone.killed;

import java.util.Map;

/** A snapshot as its owner sees it. */
record SnapshotState(
    boolean there, boolean pinned, Map<String, String> labels, Map<String, String> files) {
  static final SnapshotState NONE = new SnapshotState(false, false, Map.of(), Map.of());

  SnapshotState {
    labels = Map.copyOf(labels);
    files = Map.copyOf(files);
  }

  SnapshotState pinned(boolean now) {
    return new SnapshotState(there, now, labels, files);
  }

  SnapshotState labelled(String key, String value) {
    return new SnapshotState(there, pinned, VolumeState.with(labels, key, value), files);
  }
}
