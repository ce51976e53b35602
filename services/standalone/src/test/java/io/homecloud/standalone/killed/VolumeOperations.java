package io.homecloud.standalone.killed;

import io.homecloud.standalone.killed.Belongings.Snapshot;
import io.homecloud.standalone.killed.Belongings.Volume;
import io.homecloud.standalone.killed.VolumeState.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** What clients do to their volumes, the trash, and files. */
final class VolumeOperations {
  /** Those that come more than once are done more often. */
  static final List<Operation<Belongings>> ALL =
      List.of(
          VolumeOperations::create,
          VolumeOperations::create,
          VolumeOperations::label,
          VolumeOperations::limit,
          VolumeOperations::upload,
          VolumeOperations::upload,
          VolumeOperations::upload,
          VolumeOperations::delete,
          VolumeOperations::trash,
          VolumeOperations::restore,
          VolumeOperations::purge);

  private static final int MOST_VOLUMES = 4;
  private static final int LARGEST_FILE = 100_000;
  static final String WAIT = "?wait=60s";

  private VolumeOperations() {}

  static Optional<Wish> create(Belongings mine) {
    if (mine.live() >= MOST_VOLUMES) {
      return Optional.empty();
    }
    Volume volume = mine.newVolume();
    VolumeState state =
        new VolumeState(
            Where.LIVE,
            mine.random().nextBoolean() ? Map.of("made-for", anyValue(mine.random())) : Map.of(),
            mine.random().nextBoolean() ? anyQuota(mine.random()) : "",
            Map.of());
    volume.known().asked(state);
    Map<String, Object> spec = new HashMap<>(Map.of("pool", "home"));
    if (!state.quota().isEmpty()) {
      spec.put("quota", state.quota());
    }
    return Optional.of(
        new Wish(
                Request.post(
                    "volumes" + WAIT,
                    Map.of(
                        "metadata",
                        Map.of("name", volume.name(), "labels", state.labels()),
                        "spec",
                        spec)),
                volume.known())
            .hearing(volume::called));
  }

  static Optional<Wish> label(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .map(volume -> {
          String value = anyValue(mine.random());
          volume.known().asked(volume.known().newest().labelled("shelf", value));
          return new Wish(
              Request.patch(
                  "volumes/" + volume.name() + WAIT,
                  Map.of("metadata", Map.of("labels", Map.of("shelf", value)))),
              volume.known());
        });
  }

  static Optional<Wish> limit(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .map(volume -> {
          String quota = anyQuota(mine.random());
          volume.known().asked(volume.known().newest().limited(quota));
          return new Wish(
              Request.patch(
                  "volumes/" + volume.name() + WAIT, Map.of("spec", Map.of("quota", quota))),
              volume.known());
        });
  }

  static Optional<Wish> upload(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .map(volume -> {
          String file = "f" + mine.random().nextInt(6);
          String content = anyContent(mine.random());
          VolumeState before = volume.known().newest();
          volume
              .known()
              .asked(
                  before.holding(VolumeState.with(before.files(), file, FilesOf.digest(content))));
          return new Wish(
              Request.upload("volumes/" + volume.name() + "/files/" + file, content),
              volume.known());
        });
  }

  static Optional<Wish> delete(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .filter(volume -> !volume.known().newest().files().isEmpty())
        .map(volume -> {
          VolumeState before = volume.known().newest();
          Map<String, String> files = new TreeMap<>(before.files());
          String file = files.keySet().iterator().next();
          files.remove(file);
          volume.known().asked(before.holding(files));
          return new Wish(
              Request.delete("volumes/" + volume.name() + "/files/" + file), volume.known());
        });
  }

  /** A process in another mount namespace may have the volume mounted just now. */
  static Optional<Wish> trash(Belongings mine) {
    return mine.anyVolume(Where.LIVE)
        .map(volume -> {
          volume.known().asked(volume.known().newest().at(Where.TRASHED));
          return new Wish(Request.delete("volumes/" + volume.name() + WAIT), volume.known())
              .orDeclined(409);
        });
  }

  static Optional<Wish> restore(Belongings mine) {
    return mine.anyVolume(Where.TRASHED)
        .map(volume -> {
          volume.known().asked(volume.known().newest().at(Where.LIVE));
          return new Wish(
              Request.post("trash/" + volume.uid().get() + "/restore" + WAIT, Map.of()),
              volume.known());
        });
  }

  /** Takes the snapshots too; not while one is pinned. */
  static Optional<Wish> purge(Belongings mine) {
    return mine.anyVolume(Where.TRASHED)
        .filter(volume ->
            mine.snapshots(volume).stream()
                .allMatch(
                    snapshot -> snapshot.known().certain() && !snapshot.known().newest().pinned()))
        .map(volume -> {
          List<Known<?>> concerned = new ArrayList<>();
          volume.known().asked(VolumeState.NONE);
          concerned.add(volume.known());
          for (Snapshot snapshot : mine.snapshots(volume)) {
            snapshot.known().asked(SnapshotState.NONE);
            concerned.add(snapshot.known());
          }
          return new Wish(Request.delete("trash/" + volume.uid().get() + WAIT), concerned);
        });
  }

  static String anyValue(Random random) {
    return "v" + random.nextInt(1000);
  }

  private static String anyQuota(Random random) {
    return (100 + random.nextInt(100)) + "Mi";
  }

  private static String anyContent(Random random) {
    return (new UUID(random.nextLong(), random.nextLong()) + "\n")
        .repeat(1 + random.nextInt(LARGEST_FILE / 37));
  }
}
