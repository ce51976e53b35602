package io.homecloud.backup.rsync;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.drive.DriveRepositories;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.engine.SshIdentity;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.repository.RepositoryUrl;
import io.homecloud.backup.run.CopySums;
import io.homecloud.backup.ssh.SshEngine;
import io.homecloud.backup.ssh.SshUrl;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.control.resource.Resource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Plain trees, made by rsync in a directory of this node, or on drives that come and go. */
public final class RsyncEngine implements Engine {
  private final RepositoryDirectory directory;
  private final Rsync rsync;
  private final MarkFiles marks;
  private final Path own;
  private final CopySums sums;
  private final DriveRepositories drives;
  private final SshEngine ssh;

  /**
   * @param own a directory for what is needed for a moment
   */
  public RsyncEngine(
      RepositoryDirectory directory,
      Rsync rsync,
      MarkFiles marks,
      Path own,
      CopySums sums,
      Drives drives,
      SshEngine ssh) {
    this.directory = directory;
    this.rsync = rsync;
    this.marks = marks;
    this.own = own;
    this.sums = sums;
    this.ssh = ssh;
    this.drives = new DriveRepositories(drives, new OnDrives());
  }

  /** The same on each drive of a set. */
  private final class OnDrives implements DriveRepositories.Directories {
    @Override
    public Opened open(Place place) {
      return seen(directory.open(place.directory(), place.session()));
    }

    @Override
    public Opened initialise(Place place, UUID identity, UUID installation, Instant now) {
      RepositoryDirectory.Opened made =
          directory.initialise(place.directory(), identity, installation, now);
      return made instanceof RepositoryDirectory.Opened.Here ? open(place) : seen(made);
    }
  }

  @Override
  public void check(RepositorySpec spec) {
    if (spec.encryption() != null || spec.fullEvery() != null) {
      throw BackupProblem.ENCRYPTION_INVALID.because(
          "The copies of rsync are plain files; encryption and fullEvery are of the engine duplicity.");
    }
    if (DriveUrl.is(spec.url())) {
      DriveUrl _ = DriveUrl.parse(spec.url());
      return;
    }
    if (SshUrl.is(spec.url())) {
      SshEngine.check(spec);
      return;
    }
    var _ = RepositoryUrl.path(spec.url());
  }

  @Override
  public void checkUse(RepositorySpec spec) {
    boolean far = SshUrl.is(spec.url());
    if (spec.secretRef() != null) {
      throw BackupProblem.VALUE_INVALID.because(
          far
              ? "rsync asks for no secret: it has a key of its own. Leave out secretRef, and put status.ssh.publicKey into ~/.ssh/authorized_keys over there."
              : "A directory or a drive of this node needs no secret; leave out secretRef.");
    }
    if (spec.hostKey() != null && !far) {
      throw BackupProblem.VALUE_INVALID.because(
          "hostKey is of another machine, ssh://user@host/directory; leave it out.");
    }
  }

  @Override
  public Optional<Path> directory(RepositorySpec spec) {
    return DriveUrl.is(spec.url()) || SshUrl.is(spec.url())
        ? Optional.empty()
        : Optional.of(RepositoryUrl.path(spec.url()));
  }

  @Override
  public String place(RepositorySpec spec) {
    return SshUrl.is(spec.url()) ? SshUrl.parse(spec.url()).place() : spec.url();
  }

  @Override
  public Opened look(Resource<RepositorySpec, RepositoryStatus> repository) {
    return open(repository);
  }

  @Override
  public Opened open(Resource<RepositorySpec, RepositoryStatus> repository) {
    String url = repository.spec().url();
    if (SshUrl.is(url)) {
      return ssh.open(repository);
    }
    return DriveUrl.is(url)
        ? drives.open(repository)
        : seen(directory.open(RepositoryUrl.path(repository.spec().url())));
  }

  @Override
  public Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository, UUID installation, Instant now) {
    if (SshUrl.is(repository.spec().url())) {
      return ssh.initialise(repository, installation, now);
    }
    return seen(
        directory.initialise(
            RepositoryUrl.path(repository.spec().url()), repository.uid(), installation, now));
  }

  @Override
  public Optional<DriveSet> drives() {
    return Optional.of(drives);
  }

  private Opened seen(RepositoryDirectory.Opened opened) {
    return switch (opened) {
      case RepositoryDirectory.Opened.Here(var trees) ->
          new Opened.Here(new RsyncCopies(trees, rsync, marks, own, sums));
      case RepositoryDirectory.Opened.Empty _ -> new Opened.Empty();
      case RepositoryDirectory.Opened.Not(String reason, String sentence) ->
          new Opened.Not(reason, sentence);
    };
  }

  @Override
  public void forget(Resource<RepositorySpec, RepositoryStatus> repository) {
    if (SshUrl.is(repository.spec().url())) {
      ssh.forget(repository);
    }
    // Everything else is on its disk.
  }

  @Override
  public Optional<SshIdentity> ssh(Resource<RepositorySpec, RepositoryStatus> repository) {
    return SshUrl.is(repository.spec().url()) ? ssh.identity(repository) : Optional.empty();
  }
}
