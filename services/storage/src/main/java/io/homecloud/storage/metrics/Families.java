package io.homecloud.storage.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Figures under their names, as Prometheus wants them: all of one name together. */
final class Families {
  private static final Map<String, String> HELP =
      Map.ofEntries(
          Map.entry("homecloud_pool_capacity_bytes", "Size of all disks of the pool together."),
          Map.entry("homecloud_pool_whole_bytes", "What fits in all, copies not counted."),
          Map.entry("homecloud_pool_used_bytes", "In use, copies counted."),
          Map.entry("homecloud_pool_allocated_bytes", "Given to chunks, copies counted."),
          Map.entry("homecloud_pool_available_bytes", "What can still be written, estimated."),
          Map.entry("homecloud_pool_available_minimum_bytes", "What can be written at least."),
          Map.entry(
              "homecloud_pool_degraded",
              "1 when a disk is missing or failing, or files have fewer copies than wished."),
          Map.entry("homecloud_pool_ready", "1 when it is in place, 0 when its disks are away."),
          Map.entry("homecloud_pool_read_only", "1 when the kernel allows no more writing."),
          Map.entry("homecloud_pool_errors", "Errors of all its disks since the last reset."),
          Map.entry("homecloud_pool_profile_total_bytes", "Room in chunks, copies not counted."),
          Map.entry("homecloud_pool_profile_used_bytes", "In use of it, copies not counted."),
          Map.entry("homecloud_device_size_bytes", "Size of a disk of a pool."),
          Map.entry("homecloud_device_allocated_bytes", "Of it given to chunks."),
          Map.entry("homecloud_device_missing", "1 when the disk is not there."),
          Map.entry("homecloud_device_errors", "Errors by kind since the last reset."),
          Map.entry("homecloud_volume_used_bytes", "Billed to the volume with its snapshots."),
          Map.entry("homecloud_volume_quota_bytes", "What it may use at most."));

  private final Map<String, List<Sample>> samples = new TreeMap<>();

  void add(String name, List<String> labelNames, List<String> labels, long value) {
    samples
        .computeIfAbsent(name, _ -> new ArrayList<>())
        .add(new Sample(name, labelNames, labels, (double) value));
  }

  List<MetricFamilySamples> all() {
    List<MetricFamilySamples> all = new ArrayList<>();
    samples.forEach((name, of) ->
        all.add(
            new MetricFamilySamples(
                name, Collector.Type.GAUGE, HELP.getOrDefault(name, name), of)));
    return all;
  }
}
