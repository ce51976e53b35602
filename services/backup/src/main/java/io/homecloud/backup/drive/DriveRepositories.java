package io.homecloud.backup.drive;

import io.homecloud.backup.drive.Drives.Place;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sets of drives of one engine: each drive is a repository of the same identity. */
public final class DriveRepositories implements DriveSet {
  private final Drives drives;
  private final Directories directories;

  /** How an engine looks at a repository in a directory of a drive. */
  public interface Directories {
    /** Changes nothing there. */
    Opened open(Place place);

    /** Makes one where nothing is. */
    Opened initialise(Place place, UUID identity, UUID installation, Instant now);

    /**
     * A directory of a drive that is mounted.
     *
     * @param drive the UUID of its file system
     * @param session another one each time that it is mounted
     * @param disk another one each time that it is plugged in, or the machine started
     */
    record Place(
        Resource<RepositorySpec, RepositoryStatus> repository,
        String drive,
        Path directory,
        String session,
        String disk) {}
  }

  public DriveRepositories(Drives drives, Directories directories) {
    this.drives = drives;
    this.directories = directories;
  }

  Drives drives() {
    return drives;
  }

  /** All of the set that are plugged in, together. */
  public Opened open(Resource<RepositorySpec, RepositoryStatus> repository) {
    DriveUrl url = DriveUrl.parse(repository.spec().url());
    Set<String> attached;
    try {
      attached = drives.attached().keySet();
    } catch (Away e) {
      return new Opened.Not(
          "StorageAway", "Storage does not answer, so nobody can say which drives are there.");
    }
    List<String> here = url.drives().stream().filter(attached::contains).toList();
    return here.isEmpty()
        ? new Opened.Not("NoDrive", "None of its drives is plugged in.")
        : new Opened.Here(new DriveCopies(repository, here, this));
  }

  @Override
  public Opened open(Resource<RepositorySpec, RepositoryStatus> repository, String drive) {
    return at(repository, drive, directories::open);
  }

  @Override
  public Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository,
      String drive,
      @Nullable UUID identity,
      UUID installation,
      Instant now) {
    UUID whose = identity == null ? repository.uid() : identity;
    return at(repository, drive, place -> directories.initialise(place, whose, installation, now));
  }

  private Opened at(
      Resource<RepositorySpec, RepositoryStatus> repository,
      String drive,
      Function<Directories.Place, Opened> look) {
    DriveUrl url = DriveUrl.parse(repository.spec().url());
    if (!url.drives().contains(drive)) {
      return new Opened.Not(Drives.NOT_THERE, "Drive " + drive + " is none of this repository.");
    }
    return switch (drives.use(drive)) {
      case Place.Here(Path root, String session, String disk) ->
          drives.isAt(root)
              ? look.apply(
                  new Directories.Place(repository, drive, inside(url, root), session, disk))
              : new Opened.Not(Drives.NOT_THERE, "Drive " + drive + " was let go just now.");
      case Place.Not(String reason, String sentence) -> new Opened.Not(reason, sentence);
    };
  }

  private static Path inside(DriveUrl url, Path root) {
    return url.directory().toString().isEmpty() ? root : root.resolve(url.directory());
  }
}
