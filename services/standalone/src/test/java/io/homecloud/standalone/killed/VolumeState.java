package io.homecloud.standalone.killed;

import java.util.Map;
import java.util.TreeMap;

/**
 * A volume as its owner sees it.
 *
 * @param quota as in the spec, empty for none
 * @param files their contents by name
 */
record VolumeState(
    Where where, Map<String, String> labels, String quota, Map<String, String> files) {
  /** Where it is. */
  enum Where {
    NOWHERE,
    LIVE,
    TRASHED
  }

  static final VolumeState NONE = new VolumeState(Where.NOWHERE, Map.of(), "", Map.of());

  VolumeState {
    labels = Map.copyOf(labels);
    files = Map.copyOf(files);
  }

  boolean live() {
    return where == Where.LIVE;
  }

  VolumeState at(Where other) {
    return other == Where.NOWHERE ? NONE : new VolumeState(other, labels, quota, files);
  }

  VolumeState labelled(String key, String value) {
    return new VolumeState(where, with(labels, key, value), quota, files);
  }

  VolumeState limited(String to) {
    return new VolumeState(where, labels, to, files);
  }

  VolumeState holding(Map<String, String> others) {
    return new VolumeState(where, labels, quota, others);
  }

  static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> changed = new TreeMap<>(map);
    changed.put(key, value);
    return changed;
  }
}
