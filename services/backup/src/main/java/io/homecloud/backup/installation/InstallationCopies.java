package io.homecloud.backup.installation;

import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.source.InstallationVolume;
import io.homecloud.backup.source.StorageVolumes.Rights;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.events.database.ServiceDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** A sealed archive for each run that wants one, until the run has ended. */
public final class InstallationCopies implements InstallationVolume {
  private static final Logger LOG = Logger.getLogger(InstallationCopies.class);
  private static final Name NO_POOL = new Name("none");

  private final InstallationArchive archive;
  private final TreeSharing removal;
  private final Path place;
  private final InstallationId installation;

  /**
   * @param removal removes plain directories
   * @param own a directory of backup's own
   */
  public InstallationCopies(
      InstallationArchive archive, TreeSharing removal, Path own, InstallationId installation) {
    this.archive = archive;
    this.removal = removal;
    this.place = own.resolve("installation");
    this.installation = installation;
  }

  @Override
  public synchronized Said<Taken> take(UUID run) {
    Path done = place.resolve(run.toString());
    Volume itself = new Volume(installation.value(), NO_POOL, done, Rights.NONE);
    try {
      if (!Files.isDirectory(done)) {
        make(done, place.resolve(run + ".next"), place.resolve(run + ".work"));
      }
      return new Said.Yes<>(new Taken(itself, done));
    } catch (IOException | RuntimeException e) {
      if (e instanceof RuntimeException waits && ServiceDatabase.isAway(e)) {
        throw waits;
      }
      LOG.warnf(e, "the installation was not copied");
      return new Said.No<>(
          "Keys, settings and database of the installation could not be written together: "
              + e.getMessage()
              + ".");
    }
  }

  private void make(Path done, Path next, Path work) throws IOException {
    removal.remove(next);
    removal.remove(work);
    PrivateDirectory.make(next);
    PrivateDirectory.make(work);
    try {
      archive.write(next, work);
      Files.move(next, done, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      removal.remove(work);
      Files.deleteIfExists(work.resolveSibling(work.getFileName() + ".tar.gz"));
    }
  }

  @Override
  public synchronized void release(UUID run) {
    for (String end : new String[] {"", ".next", ".work", ".work.tar.gz"}) {
      try {
        removal.remove(place.resolve(run + end));
      } catch (IOException e) {
        LOG.warnf("a copy of the installation is left: %s", e.getMessage());
      }
    }
  }

  @Override
  public void sweep(Predicate<UUID> underWay) {
    if (!Files.isDirectory(place)) {
      return;
    }
    try (var left = Files.list(place)) {
      left.map(path -> path.getFileName().toString())
          .filter(name -> name.length() >= 36)
          .map(name -> UUID.fromString(name.substring(0, 36)))
          .distinct()
          .filter(run -> !underWay.test(run))
          .forEach(this::release);
    } catch (IOException | IllegalArgumentException e) {
      LOG.warnf("copies of the installation are left: %s", e.getMessage());
    }
  }
}
