package io.homecloud.backup.drive;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.OnDrive;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The copies on those drives of a set that are plugged in. A drive is mounted when something is
 * wanted of it.
 */
final class DriveCopies implements Copies {
  private final Resource<RepositorySpec, RepositoryStatus> repository;
  private final List<String> here;
  private final DriveRepositories drives;

  /**
   * @param here the drives that are plugged in, at least one
   */
  DriveCopies(
      Resource<RepositorySpec, RepositoryStatus> repository,
      List<String> here,
      DriveRepositories drives) {
    this.repository = repository;
    this.here = List.copyOf(here);
    this.drives = drives;
  }

  private OnDrive on(String drive) throws IOException {
    Opened opened = drives.open(repository, drive);
    drives.drives().inUseNow(drive);
    return switch (opened) {
      case Opened.Here(OnDrive copies) when isOurs(copies) -> copies;
      case Opened.Here _ -> throw new IOException("another repository is on drive " + drive);
      case Opened.Empty _ -> throw new IOException("drive " + drive + " has no repository");
      case Opened.Not(_, String sentence) ->
          throw new EngineTrouble(Trouble.RepositoryAway, sentence);
    };
  }

  private boolean isOurs(Copies copies) {
    UUID known = known();
    return known == null || known.equals(copies.identity());
  }

  private @Nullable UUID known() {
    return repository.status() == null ? null : repository.status().identity();
  }

  /** Those that can be used, each with its copies. */
  private List<Drive> all() throws IOException {
    List<Drive> all = new ArrayList<>();
    @Nullable IOException why = null;
    for (String drive : here) {
      try {
        all.add(new Drive(drive, on(drive)));
      } catch (IOException e) {
        why = e;
      }
    }
    if (all.isEmpty() && why != null) {
      throw why;
    }
    return all;
  }

  private record Drive(String uuid, OnDrive copies) {
    FoundCopy named(FoundCopy found) {
      return new FoundCopy(
          new DriveCopy(uuid, found.copy()).toString(), found.at(), found.mark(), found.pinned());
    }
  }

  @Override
  public UUID identity() {
    UUID known = known();
    if (known != null) {
      return known;
    }
    try {
      return all().getFirst().copies().identity();
    } catch (IOException e) {
      return repository.uid();
    }
  }

  @Override
  public String sharing() {
    try {
      return all().getFirst().copies().sharing();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public OptionalLong freeBytes() throws IOException {
    long free = 0;
    for (Drive drive : all()) {
      free += drive.copies().freeBytes().orElse(0);
    }
    return OptionalLong.of(free);
  }

  @Override
  public List<FoundCopy> found() throws IOException {
    List<FoundCopy> found = new ArrayList<>();
    for (Drive drive : all()) {
      drive.copies().found().forEach(copy -> found.add(drive.named(copy)));
    }
    return found;
  }

  /** Of all of them: which one the copy goes to is decided when nobody else writes. */
  @Override
  public Locked lock(Holder holder) throws IOException {
    List<Lock> taken = new ArrayList<>();
    for (Drive drive : all()) {
      Locked locked;
      try {
        locked = drive.copies().lock(holder);
      } catch (IOException e) {
        release(taken);
        throw e;
      }
      switch (locked) {
        case Locked.Taken(Lock lock) -> taken.add(lock);
        case Locked.Held held -> {
          release(taken);
          return held;
        }
      }
    }
    return new Locked.Taken(() -> release(taken));
  }

  private static void release(List<Lock> locks) throws IOException {
    for (Lock lock : locks) {
      lock.close();
    }
  }

  /** To the drive that has begun with it, or else to the one that waits the longest. */
  @Override
  public CopyInMaking copy(UUID installation, Name plan, Instant at) throws IOException {
    List<Drive> all = all();
    for (Drive drive : all) {
      if (drive.copies().hasBegun(installation, plan, at)) {
        return making(drive, installation, plan, at);
      }
    }
    List<Waiting> waiting = new ArrayList<>();
    for (Drive drive : all) {
      waiting.add(new Waiting(drive, drive.copies().newest(installation, plan)));
    }
    Drive next =
        waiting.stream()
            .min(Comparator.comparing(one -> one.since().orElse(Instant.MIN)))
            .map(Waiting::drive)
            .orElseThrow();
    return making(next, installation, plan, at);
  }

  private record Waiting(Drive drive, Optional<Instant> since) {}

  private CopyInMaking making(Drive drive, UUID installation, Name plan, Instant at)
      throws IOException {
    return new DriveInMaking(
        drive.uuid(), drive.copies().copy(installation, plan, at), drives.drives());
  }

  @Override
  public Optional<String> away(String copy) {
    return DriveCopy.driveOf(copy)
        .filter(drive -> !here.contains(drive))
        .map(drive -> "It is on drive " + drive + ", which is not plugged in.");
  }

  private DriveCopy place(String copy) throws IOException {
    return DriveCopy.of(copy).orElseThrow(() -> new IOException("it is on none of the drives"));
  }

  @Override
  public boolean has(String copy) throws IOException {
    DriveCopy place = place(copy);
    return on(place.drive()).has(place.copy());
  }

  @Override
  public void delete(String copy) throws IOException {
    DriveCopy place = place(copy);
    on(place.drive()).delete(place.copy());
    drives.drives().changed(place.drive());
  }

  @Override
  public OptionalLong pinned(String copy) throws IOException {
    DriveCopy place = place(copy);
    return on(place.drive()).pinned(place.copy());
  }

  @Override
  public void pin(String copy, OptionalLong wish) throws IOException {
    DriveCopy place = place(copy);
    on(place.drive()).pin(place.copy(), wish);
  }

  @Override
  public CopyFiles files(String copy) throws IOException {
    DriveCopy place = place(copy);
    return on(place.drive()).files(place.copy());
  }

  @Override
  public Optional<Path> tree(String copy) {
    try {
      DriveCopy place = place(copy);
      return on(place.drive()).tree(place.copy());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Copied bring(Bringing order, Consumer<CopyProgress> listener) throws IOException {
    DriveCopy place = place(order.copy());
    return on(place.drive())
        .bring(
            new Bringing(order.id(), place.copy(), order.volume(), order.paths(), order.into()),
            listener);
  }
}
