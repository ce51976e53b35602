package io.homecloud.standalone.killed;

import io.homecloud.standalone.killed.Belongings.Snapshot;
import io.homecloud.standalone.killed.VolumeState.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients do with snapshots of their volumes. */
final class SnapshotOperations {
  static final List<Operation<Belongings>> ALL =
      List.of(
          SnapshotOperations::take,
          SnapshotOperations::take,
          SnapshotOperations::pin,
          SnapshotOperations::label,
          SnapshotOperations::delete);

  private static final int MOST_SNAPSHOTS = 5;

  private SnapshotOperations() {}

  static Optional<Wish> take(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .filter(volume -> mine.snapshots(volume).size() < MOST_SNAPSHOTS)
        .map(volume -> {
          Snapshot snapshot = mine.newSnapshot(volume);
          boolean pinned = mine.random().nextInt(4) == 0;
          Map<String, String> labels =
              mine.random().nextBoolean()
                  ? Map.of("why", VolumeOperations.anyValue(mine.random()))
                  : Map.of();
          snapshot
              .known()
              .asked(new SnapshotState(true, pinned, labels, volume.known().newest().files()));
          return new Wish(
              Request.post(
                  "snapshots" + VolumeOperations.WAIT,
                  Map.of(
                      "metadata",
                      Map.of("name", snapshot.name(), "labels", labels),
                      "spec",
                      Map.of("volume", volume.name(), "pinned", pinned))),
              snapshot.known());
        });
  }

  static Optional<Wish> pin(Belongings mine) {
    return mine.anySnapshot(_ -> true)
        .map(snapshot -> {
          boolean pinned = !snapshot.known().newest().pinned();
          snapshot.known().asked(snapshot.known().newest().pinned(pinned));
          return patch(snapshot, Map.of("spec", Map.of("pinned", pinned)));
        });
  }

  static Optional<Wish> label(Belongings mine) {
    return mine.anySnapshot(_ -> true)
        .map(snapshot -> {
          String value = VolumeOperations.anyValue(mine.random());
          snapshot.known().asked(snapshot.known().newest().labelled("album", value));
          return patch(snapshot, Map.of("metadata", Map.of("labels", Map.of("album", value))));
        });
  }

  private static Wish patch(Snapshot snapshot, Map<String, ?> change) {
    return new Wish(
        Request.patch("snapshots/" + snapshot.name() + VolumeOperations.WAIT, change),
        snapshot.known());
  }

  static Optional<Wish> delete(Belongings mine) {
    return mine.anySnapshot(snapshot -> !snapshot.known().newest().pinned())
        .map(snapshot -> {
          snapshot.known().asked(SnapshotState.NONE);
          return new Wish(
              Request.delete("snapshots/" + snapshot.name() + VolumeOperations.WAIT),
              snapshot.known());
        });
  }
}
