package io.homecloud.backup.rsync;

import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.drive.Drives.Place;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.control.ask.Away;
import io.homecloud.control.resource.Resource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Sets of drives with trees on them: each is a repository of the same identity. */
final class TreeDrives implements DriveSet {
  private final Drives drives;
  private final RepositoryDirectory directory;
  private final Function<RepositoryDirectory.Opened, Opened> seen;

  /**
   * @param seen makes copies of trees
   */
  TreeDrives(
      Drives drives,
      RepositoryDirectory directory,
      Function<RepositoryDirectory.Opened, Opened> seen) {
    this.drives = drives;
    this.directory = directory;
    this.seen = seen;
  }

  Drives drives() {
    return drives;
  }

  /** All of the set that are plugged in, together. */
  Opened open(Resource<RepositorySpec, RepositoryStatus> repository) {
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
    return at(repository, drive, place -> directory.open(root(repository, place), place.session()));
  }

  @Override
  public Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository,
      String drive,
      UUID installation,
      Instant now) {
    UUID identity =
        Optional.ofNullable(repository.status())
            .map(RepositoryStatus::identity)
            .orElse(repository.uid());
    return at(
        repository,
        drive,
        place -> {
          Path root = root(repository, place);
          RepositoryDirectory.Opened made = directory.initialise(root, identity, installation, now);
          return made instanceof RepositoryDirectory.Opened.Here
              ? directory.open(root, place.session())
              : made;
        });
  }

  private static Path root(
      Resource<RepositorySpec, RepositoryStatus> repository, Place.Here place) {
    Path inside = DriveUrl.parse(repository.spec().url()).directory();
    return inside.toString().isEmpty() ? place.root() : place.root().resolve(inside);
  }

  private Opened at(
      Resource<RepositorySpec, RepositoryStatus> repository,
      String drive,
      Function<Place.Here, RepositoryDirectory.Opened> look) {
    if (!DriveUrl.parse(repository.spec().url()).drives().contains(drive)) {
      return new Opened.Not("NotThere", "Drive " + drive + " is none of this repository.");
    }
    return switch (drives.use(drive)) {
      case Place.Here here -> seen.apply(look.apply(here));
      case Place.Not(String reason, String sentence) -> new Opened.Not(reason, sentence);
    };
  }
}
