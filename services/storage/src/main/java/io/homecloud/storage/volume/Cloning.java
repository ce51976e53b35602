package io.homecloud.storage.volume;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.snapshot.SnapshotFeature;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Wishes for volumes that start as copies; they are made as all others are, and look after
 * themselves then.
 */
final class Cloning {
  private final ControlPlane plane;
  private final ResourceApi<VolumeSpec, VolumeStatus> api;

  Cloning(ControlPlane plane, ResourceApi<VolumeSpec, VolumeStatus> api) {
    this.plane = plane;
    this.api = api;
  }

  /**
   * What can be asked of a clone. What is absent is as of the original, but its name for people and
   * its labels, which it does not take over.
   *
   * @param snapshot what it starts with; the volume as it is now when absent
   */
  @Schema(name = "Clone")
  record Wish(
      @Nullable Name name,
      @Nullable Name snapshot,
      @Nullable Quantity quota,
      @Nullable String displayName,
      @Nullable Map<String, String> labels) {}

  Response order(Asked asked, Name of, String body) {
    Wish wish = Bodies.parse(plane.json(), body, Wish.class);
    if (wish.name() == null) {
      throw CommonProblem.BODY_INVALID.because("name is missing: how the clone is to be called.");
    }
    Map<String, String> labels = wish.labels() == null ? Map.of() : wish.labels();
    return api.create(
        asked, body, wish.name(), Labels.checked(labels), () -> spec(of, wish), (_, _) -> {});
  }

  private VolumeSpec spec(Name of, Wish wish) {
    Resource<VolumeSpec, VolumeStatus> original =
        plane
            .resources()
            .find(StorageKinds.VOLUME, of)
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because("There is no volume called " + of + "."));
    if (wish.snapshot() == null) {
      refuseWhileRolledBack(original);
    }
    VolumeSpec is = original.spec();
    return new VolumeSpec(
        is.pool(),
        is.backend(),
        wish.quota() == null ? is.quota() : wish.quota(),
        is.compression(),
        is.owner(),
        is.mode(),
        is.deletionPolicy(),
        is.noCow(),
        wish.displayName(),
        new VolumeSpec.Source(original.uid(), snapshot(wish.snapshot())));
  }

  /** A copy of what is half one and half another is of no use to anybody. */
  private void refuseWhileRolledBack(Resource<VolumeSpec, VolumeStatus> volume) {
    plane.tasks().unfinished(volume.uid()).stream()
        .filter(task -> task.action().equals(SnapshotFeature.ROLLBACK))
        .findFirst()
        .ifPresent(task -> {
          throw StorageProblem.VOLUME_BUSY
              .because("It is being rolled back; wait for its end, or clone a snapshot.")
              .with("task", task.id());
        });
  }

  private @Nullable UUID snapshot(@Nullable Name name) {
    return name == null
        ? null
        : plane
            .resources()
            .find(StorageKinds.SNAPSHOT, name)
            .orElseThrow(() ->
                StorageProblem.SNAPSHOT_NOT_FOUND.because(
                    "There is no snapshot called " + name + "."))
            .uid();
  }
}
