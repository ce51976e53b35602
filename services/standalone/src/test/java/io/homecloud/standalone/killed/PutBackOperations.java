package io.homecloud.standalone.killed;

import io.homecloud.standalone.killed.Belongings.Snapshot;
import io.homecloud.standalone.killed.Belongings.Volume;
import io.homecloud.standalone.killed.VolumeState.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What clients do with their volumes by snapshots of them. */
final class PutBackOperations {
  static final List<Operation<Belongings>> ALL =
      List.of(
          PutBackOperations::cloneVolume,
          PutBackOperations::cloneSnapshot,
          PutBackOperations::rollBack,
          PutBackOperations::rollBack,
          PutBackOperations::restore);

  private static final int MOST_VOLUMES = 5;

  private PutBackOperations() {}

  static Optional<Wish> cloneVolume(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .filter(_ -> mine.live() < MOST_VOLUMES)
        .map(of -> clone(mine, of, Map.of(), of.known().newest().files()));
  }

  static Optional<Wish> cloneSnapshot(Belongings mine) {
    return ofLiveVolume(mine)
        .filter(_ -> mine.live() < MOST_VOLUMES)
        .map(snapshot ->
            clone(
                mine,
                snapshot.of(),
                Map.of("snapshot", snapshot.name()),
                snapshot.known().newest().files()));
  }

  private static Wish clone(
      Belongings mine, Volume of, Map<String, String> more, Map<String, String> files) {
    Volume volume = mine.newVolume();
    volume.known().asked(new VolumeState(Where.LIVE, Map.of(), of.known().newest().quota(), files));
    Map<String, String> body = new TreeMap<>(more);
    body.put("name", volume.name());
    return new Wish(
            Request.post("volumes/" + of.name() + "/clone" + VolumeOperations.WAIT, body),
            volume.known())
        .hearing(volume::called);
  }

  static Optional<Wish> rollBack(Belongings mine) {
    return ofLiveVolume(mine)
        .map(snapshot -> {
          Known<VolumeState> known = snapshot.of().known();
          known.asked(known.newest().holding(snapshot.known().newest().files()));
          return new Wish(
              Request.post(
                  "volumes/" + snapshot.of().name() + "/rollback",
                  Map.of("snapshot", snapshot.name())),
              known);
        });
  }

  /** One file, over whatever is there. */
  static Optional<Wish> restore(Belongings mine) {
    return ofLiveVolume(mine)
        .filter(snapshot -> !snapshot.known().newest().files().isEmpty())
        .map(snapshot -> {
          Map<String, String> kept = snapshot.known().newest().files();
          String file = new TreeMap<>(kept).firstKey();
          Known<VolumeState> known = snapshot.of().known();
          VolumeState before = known.newest();
          known.asked(
              before.holding(VolumeState.with(before.files(), file, kept.getOrDefault(file, ""))));
          return new Wish(
              Request.post(
                  "snapshots/" + snapshot.name() + "/restore",
                  Map.of("paths", List.of(file), "existing", "replace")),
              known);
        });
  }

  private static Optional<Snapshot> ofLiveVolume(Belongings mine) {
    return mine.anySnapshot(
        snapshot -> snapshot.of().known().certain() && snapshot.of().known().newest().live());
  }
}
