package io.homecloud.storage.adoption;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.schedule.ScheduleSpec;
import io.homecloud.storage.schedule.ScheduleStatus;
import io.homecloud.storage.schedule.ScheduleTimes;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.trash.TrashSpec;
import io.homecloud.storage.trash.TrashStatus;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.SubvolumeInfo;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes resources of what is on a pool: what is there is a fact, what is noted of it says how it is
 * called and what is wished of it. Something that nothing usable is noted of gets a name.
 */
final class Inventory {
  static final String SUBJECT = "adoption";

  private final String node;
  private final MountedPool pool;
  private final VolumeBackend backend;
  private final CatalogueReader catalogue;
  private final Findings findings;
  private final Clock clock;
  private final AdoptedStatus statuses;
  private final boolean everything;

  /**
   * @param everything also volumes that were let go of one by one
   */
  Inventory(
      String node,
      MountedPool pool,
      VolumeBackend backend,
      CatalogueReader catalogue,
      Findings findings,
      Clock clock,
      boolean everything) {
    this.everything = everything;
    this.node = node;
    this.pool = pool;
    this.backend = backend;
    this.catalogue = catalogue;
    this.findings = findings;
    this.clock = clock;
    this.statuses = new AdoptedStatus(clock);
  }

  /** A volume in its place; empty when what is there is none. */
  Optional<Resource<VolumeSpec, VolumeStatus>> volume(VolumeId id, Name in) {
    Optional<SubvolumeInfo> info = info(new Place.Live(id));
    if (info.isEmpty()) {
      return Optional.empty();
    }
    UUID uid = id.value();
    Noted<VolumeSpec> note =
        catalogue
            .read(StorageKinds.VOLUME, uid)
            // It came out of the trash and was not noted anew yet.
            .or(() -> catalogue.read(StorageKinds.TRASH, uid).flatMap(Inventory::before))
            .orElseGet(() -> unnoted(uid, info.get(), VolumeWish.found(settings(id), in)));
    if (note.released() && !everything) {
      findings.add("volume " + note.name() + " (" + uid + ") was let go of and stays so");
      return Optional.empty();
    }
    return Optional.of(
        resource(
            StorageKinds.VOLUME,
            note,
            pool.id().value(),
            VolumeWish.noted(note.spec(), in),
            statuses.volume(note.createdAt())));
  }

  private static Optional<Noted<VolumeSpec>> before(Noted<TrashSpec> note) {
    TrashSpec trash = note.spec();
    return complete(trash) ? Optional.of(note.of(trash.volume(), trash.spec())) : Optional.empty();
  }

  /** A document may leave out what a request may not. */
  private static boolean complete(TrashSpec trash) {
    return trash.volume() != null && trash.spec() != null;
  }

  /**
   * An entry of the trash; the time that it is kept begins anew, since it may have been away long.
   */
  Optional<Resource<TrashSpec, TrashStatus>> trash(VolumeId id, Name in) {
    Optional<SubvolumeInfo> info = info(new Place.Trashed(id));
    if (info.isEmpty()) {
      return Optional.empty();
    }
    UUID uid = id.value();
    Noted<VolumeSpec> note =
        catalogue
            .read(StorageKinds.TRASH, uid)
            .flatMap(Inventory::before)
            // It was moved and not noted as trash yet.
            .or(() -> catalogue.read(StorageKinds.VOLUME, uid))
            .orElseGet(() -> unnoted(uid, info.get(), VolumeWish.found(Optional.empty(), in)));
    TrashSpec spec =
        new TrashSpec(
            note.name(),
            VolumeWish.noted(note.spec(), in),
            clock.instant().truncatedTo(ChronoUnit.SECONDS));
    return Optional.of(
        resource(
            StorageKinds.TRASH,
            note.of(new Name(uid.toString()), spec),
            pool.id().value(),
            spec,
            statuses.trash()));
  }

  /** A snapshot; empty when what is there is none. */
  Optional<Resource<SnapshotSpec, SnapshotStatus>> snapshot(
      VolumeId volume, Name called, SnapshotId id, Path root) {
    Place place = new Place.Snapshot(volume, id);
    Optional<SubvolumeInfo> info = info(place);
    if (info.isEmpty()) {
      return Optional.empty();
    }
    if (!info.get().readOnly()) {
      findings.add(place.path() + " is no snapshot, it can be written");
      return Optional.empty();
    }
    Noted<SnapshotSpec> note =
        catalogue
            .read(StorageKinds.SNAPSHOT, id.value())
            .orElseGet(
                () -> unnoted(id.value(), info.get(), new SnapshotSpec(called, false, null)));
    SnapshotSpec wished = note.spec();
    return Optional.of(
        resource(
            StorageKinds.SNAPSHOT,
            note,
            volume.value(),
            new SnapshotSpec(called, wished.pinned(), VolumeWish.displayed(wished.displayName())),
            statuses.snapshot(
                info.get().createdAt(), root.resolve(place.path()), note.generation())));
  }

  /**
   * A schedule; empty when it cannot be used.
   *
   * @param newest when its newest snapshot was taken, null when it has none: what was due before is
   *     not made up for
   */
  Optional<Resource<ScheduleSpec, ScheduleStatus>> schedule(
      Noted<ScheduleSpec> note, VolumeId volume, Name called, @Nullable Instant newest) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant lastRun = newest == null || newest.isAfter(now) ? now : newest;
    ScheduleSpec wished = note.spec();
    ScheduleSpec spec =
        new ScheduleSpec(
            called,
            wished.schedule(),
            wished.timeZone(),
            wished.jitter(),
            wished.retention(),
            wished.suspended());
    try {
      var _ = ScheduleTimes.of(spec, note.uid());
    } catch (IllegalArgumentException | NullPointerException e) {
      findings.add("schedule " + note.name() + " has times that cannot be used");
      return Optional.empty();
    }
    return Optional.of(
        resource(StorageKinds.SCHEDULE, note, volume.value(), spec, statuses.schedule(lastRun)));
  }

  private Optional<SubvolumeInfo> info(Place place) {
    Optional<SubvolumeInfo> info;
    try {
      info = backend.info(pool, place);
    } catch (DateTimeException e) {
      info = Optional.empty();
    }
    if (info.isEmpty()) {
      findings.add(place.path() + " is no subvolume");
    }
    return info;
  }

  private Optional<VolumeSettings> settings(VolumeId id) {
    try {
      return backend.settings(pool, id);
    } catch (IllegalArgumentException e) {
      findings.add("volume " + id + " has settings that cannot be kept");
      return Optional.empty();
    }
  }

  private <S> Noted<S> unnoted(UUID uid, SubvolumeInfo info, S spec) {
    Name name = Names.recovered(uid);
    findings.add(info.place().path() + " is not noted, it is called " + name);
    Instant now = clock.instant();
    return new Noted<>(
        Optional.empty(),
        uid,
        name,
        Map.of(),
        spec,
        1,
        info.createdAt().isAfter(now) ? now : info.createdAt(),
        SUBJECT,
        Optional.empty(),
        false);
  }

  <S, T extends Status> Resource<S, T> resource(
      Kind<S, T> kind, Noted<?> note, @Nullable UUID parent, S spec, T status) {
    Metadata metadata =
        new Metadata(
            note.name(),
            note.uid(),
            note.generation(),
            0,
            note.labels(),
            note.createdAt().truncatedTo(ChronoUnit.MILLIS),
            note.createdBy(),
            null);
    return new Resource<>(kind.name(), metadata, node, parent, spec, status);
  }
}
