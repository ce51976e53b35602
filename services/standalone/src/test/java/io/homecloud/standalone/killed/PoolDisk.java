package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Quantity;
import io.homecloud.standalone.Script;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/** What is on the disks of a pool, held against what the API tells of it. */
final class PoolDisk {
  private static final BtrfsVolumes BTRFS = new BtrfsVolumes();

  private final Observed told;
  private final String pool;
  private final Path root;
  private final MountedPool mounted;

  PoolDisk(Observed told, JsonNode pool) {
    this.told = told;
    this.pool = Observed.name(pool);
    this.root = Path.of(pool.path("status").path("mountPath").asText());
    this.mounted = new MountedPool(new PoolId(UUID.fromString(Observed.uid(pool))), root);
  }

  private List<JsonNode> volumes() {
    return told.volumes().stream()
        .filter(volume -> volume.path("spec").path("pool").asText().equals(pool))
        .toList();
  }

  private List<JsonNode> trash() {
    return told.trash().stream()
        .filter(entry -> entry.path("spec").path("spec").path("pool").asText().equals(pool))
        .toList();
  }

  private List<JsonNode> snapshots() {
    List<String> names =
        Stream.concat(
                volumes().stream().map(Observed::name),
                trash().stream().map(entry -> entry.path("spec").path("volume").asText()))
            .toList();
    return told.snapshots().stream()
        .filter(snapshot -> names.contains(snapshot.path("spec").path("volume").asText()))
        .toList();
  }

  /** Exactly the subvolumes of the resources, each where it belongs, and none elsewhere. */
  void assertSubvolumes() {
    PoolContents there = BTRFS.contents(mounted);
    assertThat(there.strangers()).isEmpty();
    assertThat(there.volumes().stream().map(VolumeId::toString))
        .containsExactlyInAnyOrderElementsOf(Observed.uids(volumes()));
    assertThat(there.trashed().stream().map(VolumeId::toString))
        .containsExactlyInAnyOrderElementsOf(Observed.uids(trash()));
    assertThat(there.snapshots().values().stream().flatMap(List::stream).map(SnapshotId::toString))
        .containsExactlyInAnyOrderElementsOf(Observed.uids(snapshots()));
    String all = Script.tool("btrfs", "subvolume", "list", root.toString());
    assertThat(all.lines().filter(line -> !line.isBlank()))
        .as(all)
        .hasSize(volumes().size() + trash().size() + snapshots().size());
  }

  /** The file system keeps to the quotas that are wished. */
  void assertQuotas() {
    for (JsonNode volume : volumes()) {
      String wished = volume.path("spec").path("quota").asText("");
      VolumeId id = new VolumeId(UUID.fromString(Observed.uid(volume)));
      assertThat(BTRFS.settings(mounted, id).orElseThrow().quota())
          .as("quota of %s", Observed.name(volume))
          .isEqualTo(
              wished.isEmpty()
                  ? OptionalLong.empty()
                  : OptionalLong.of(Quantity.parse(wished).bytes()));
    }
  }

  /** The catalogue says what the API says, and of nothing else. */
  void assertCatalogue() throws IOException {
    Map<String, List<JsonNode>> kinds =
        Map.of("volumes", volumes(), "trash", trash(), "snapshots", snapshots());
    for (var kind : kinds.entrySet()) {
      Path directory = root.resolve(".homecloud").resolve(kind.getKey());
      assertThat(names(directory))
          .as(kind.getKey())
          .containsExactlyInAnyOrderElementsOf(
              kind.getValue().stream().map(one -> Observed.uid(one) + ".json").toList());
      for (JsonNode resource : kind.getValue()) {
        JsonNode noted =
            Api.JSON.readTree(
                Files.readString(directory.resolve(Observed.uid(resource) + ".json")));
        assertThat(noted.path("name").asText()).isEqualTo(Observed.name(resource));
        assertThat(noted.path("spec")).isEqualTo(resource.path("spec"));
        assertThat(noted.path("labels"))
            .as("labels of %s", Observed.name(resource))
            .isEqualTo(Api.JSON.valueToTree(Observed.labels(resource)));
      }
    }
    assertThat(names(root.resolve(".homecloud/new"))).isEmpty();
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
