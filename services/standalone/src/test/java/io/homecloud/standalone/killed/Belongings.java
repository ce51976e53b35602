package io.homecloud.standalone.killed;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.standalone.killed.VolumeState.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** The volumes and snapshots of one client, who alone asks for changes of them, one at a time. */
final class Belongings {
  /**
   * A volume by its name.
   *
   * @param uid set once it was said
   */
  record Volume(String name, Known<VolumeState> known, AtomicReference<String> uid) {
    /** Learns the uid. */
    void called(JsonNode made) {
      uid.set(Observed.uid(made));
    }
  }

  /** A snapshot of one of them. */
  record Snapshot(String name, Volume of, Known<SnapshotState> known) {}

  private final String owner;
  private final Random random;
  private final List<Volume> volumes = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private int names;
  private boolean keeping;

  Belongings(String owner, Random random) {
    this.owner = owner;
    this.random = random;
  }

  Random random() {
    return random;
  }

  synchronized Volume newVolume() {
    Volume volume =
        new Volume(owner + "-" + ++names, fresh(VolumeState.NONE), new AtomicReference<>(""));
    volumes.add(volume);
    return volume;
  }

  synchronized Snapshot newSnapshot(Volume of) {
    Snapshot snapshot = new Snapshot(owner + "-" + ++names, of, fresh(SnapshotState.NONE));
    snapshots.add(snapshot);
    return snapshot;
  }

  private <S> Known<S> fresh(S state) {
    Known<S> known = new Known<>(state);
    if (keeping) {
      known.keep();
    }
    return known;
  }

  synchronized List<Volume> volumes() {
    return List.copyOf(volumes);
  }

  synchronized List<Snapshot> snapshots() {
    return List.copyOf(snapshots);
  }

  /** How many volumes there are or may soon be, the trash not counted. */
  long live() {
    return volumes().stream().filter(volume -> volume.known().newest().live()).count();
  }

  /** Snapshots that are there, of a volume; without doubt if it may be asked. */
  List<Snapshot> snapshots(Volume of) {
    return snapshots().stream()
        .filter(snapshot -> snapshot.of().equals(of))
        .filter(snapshot -> !snapshot.known().certain() || snapshot.known().newest().there())
        .toList();
  }

  /** Any volume of which is known that it is there. */
  Optional<Volume> anyVolume(Where where) {
    return any(
        volumes(), volume -> volume.known().certain() && volume.known().newest().where() == where);
  }

  /** Any snapshot of which is known that it is there. */
  Optional<Snapshot> anySnapshot(Predicate<Snapshot> which) {
    return any(
        snapshots(),
        snapshot ->
            snapshot.known().certain()
                && snapshot.known().newest().there()
                && which.test(snapshot));
  }

  private <T> Optional<T> any(List<T> all, Predicate<T> which) {
    List<T> found = all.stream().filter(which).toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.get(random.nextInt(found.size())));
  }

  /** Forgets what is gone for good. */
  synchronized void tidy() {
    snapshots.removeIf(
        snapshot -> snapshot.known().certain() && !snapshot.known().newest().there());
    volumes.removeIf(
        volume -> volume.known().certain() && volume.known().newest().where() == Where.NOWHERE);
  }

  /** From now on everything may also stay as it is now, see {@link Known#keep}. */
  synchronized void keep() {
    keeping = true;
    volumes().forEach(volume -> volume.known().keep());
    snapshots().forEach(snapshot -> snapshot.known().keep());
  }
}
