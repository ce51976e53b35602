package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.drive.DriveRepositories;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.DriveSet;
import io.homecloud.backup.engine.Engine;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.run.IoTrouble;
import io.homecloud.backup.secret.Secret;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.backup.tree.DiskSequence;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Copies that are encrypted before they leave the node, at targets that need not be trusted. */
public final class DuplicityEngine implements Engine {
  /** So long what was seen at a target is believed when nothing was done there. */
  private static final Duration BELIEVED = Duration.ofHours(1);

  private final Duplicity duplicity;
  private final Path own;
  private final SecretStore secrets;
  private final ObjectMapper json;
  private final Clock clock;
  private final int volumeSize;
  private final DriveRepositories drives;
  private final Map<String, Target> targets = new ConcurrentHashMap<>();

  /**
   * @param own a directory of this engine alone
   * @param volumeSize of the files at a target, in MB
   */
  public DuplicityEngine(
      StreamHost host,
      Path own,
      Drives drives,
      SecretStore secrets,
      ObjectMapper json,
      Clock clock,
      int volumeSize) {
    this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.duplicity = new Duplicity(host, own, this.json);
    this.own = own;
    this.secrets = secrets;
    this.clock = clock;
    this.volumeSize = volumeSize;
    this.drives = new DriveRepositories(drives, new OnDrives());
  }

  @Override
  public void check(RepositorySpec spec) {
    if (DriveUrl.is(spec.url())) {
      DriveUrl _ = DriveUrl.parse(spec.url());
    } else {
      DuplicityUrl _ = DuplicityUrl.of(spec.url());
    }
    var _ = FullEvery.of(spec.fullEvery());
    Encryption encryption = spec.encryption();
    if (encryption == null || encryption.mode() == null) {
      throw BackupProblem.ENCRYPTION_INVALID.because(
          "spec.encryption.mode says how copies are encrypted: symmetric, keys, or none.");
    }
    boolean keyed = encryption.mode() != Encryption.Mode.none;
    if (keyed && encryption.keyRef() == null) {
      throw BackupProblem.ENCRYPTION_INVALID.because(
          "spec.encryption.keyRef names the secret that has the " + needed(encryption) + ".");
    }
    if (!keyed && encryption.keyRef() != null) {
      throw BackupProblem.ENCRYPTION_INVALID.because(
          "With encryption.mode none there is no keyRef.");
    }
  }

  @Override
  public void checkUse(RepositorySpec spec) {
    if (spec.hostKey() != null) {
      throw BackupProblem.VALUE_INVALID.because(
          "hostKey is of rsync's ssh://; for sftp:// the line of ssh-keyscan is the knownHosts of the secret that spec.secretRef names.");
    }
  }

  @Override
  public void checkSecrets(RepositorySpec spec) {
    Encryption encryption = Objects.requireNonNull(spec.encryption());
    Name key = encryption.keyRef();
    if (key != null && secret(key).value(needed(encryption)).isEmpty()) {
      throw BackupProblem.ENCRYPTION_INVALID.because(
          "Secret " + key + " has no " + needed(encryption) + ".");
    }
    if (spec.secretRef() != null) {
      Secret _ = secret(spec.secretRef());
    }
  }

  private static SecretKey needed(Encryption encryption) {
    return encryption.mode() == Encryption.Mode.keys ? SecretKey.publicKey : SecretKey.passphrase;
  }

  private Secret secret(Name name) {
    return secrets
        .find(name)
        .orElseThrow(() ->
            BackupProblem.SECRET_NOT_FOUND.because(
                "There is no secret called %s; set it with PUT /api/backup/v1/secrets/%s, on Kubernetes with a Secret of that name."
                    .formatted(name, name)));
  }

  @Override
  public String place(RepositorySpec spec) {
    return DriveUrl.is(spec.url()) ? spec.url() : DuplicityUrl.place(spec.url());
  }

  @Override
  public Optional<Path> directory(RepositorySpec spec) {
    return DriveUrl.is(spec.url()) ? Optional.empty() : DuplicityUrl.of(spec.url()).directory();
  }

  @Override
  public Optional<DriveSet> drives() {
    return Optional.of(drives);
  }

  /** The same on each drive of a set, which has a cache of its own here. */
  private final class OnDrives implements DriveRepositories.Directories {
    private Target at(Place place) {
      Target target =
          target(
              place.repository(),
              place.repository().uid() + "." + place.drive(),
              DuplicityUrl.of(place.directory()));
      target.on(place::disk);
      return target;
    }

    @Override
    public Opened open(Place place) {
      return looked(place.repository(), at(place));
    }

    @Override
    public Opened initialise(Place place, UUID identity, UUID installation, Instant now) {
      return begun(place.repository(), at(place), identity, installation, now);
    }
  }

  private Target target(Resource<RepositorySpec, RepositoryStatus> repository) {
    DuplicityUrl url = DuplicityUrl.of(repository.spec().url());
    Target target = target(repository, repository.uid().toString(), url);
    url.directory().ifPresent(directory -> target.on(() -> DiskSequence.under(directory)));
    return target;
  }

  private Target target(
      Resource<RepositorySpec, RepositoryStatus> repository, String name, DuplicityUrl url) {
    Access access = Access.of(url, repository.spec(), secrets);
    Target target =
        targets.computeIfAbsent(
            name,
            _ -> {
              Room room = new Room(own.resolve(name));
              room.sweep();
              return new Target(duplicity, room, access);
            });
    target.access(access);
    return target;
  }

  private DuplicityCopies copies(
      Resource<RepositorySpec, RepositoryStatus> repository, Target target, UUID identity) {
    return new DuplicityCopies(
        target,
        identity,
        repository.name(),
        FullEvery.of(repository.spec().fullEvery()),
        volumeSize,
        json,
        clock);
  }

  @Override
  public Opened open(Resource<RepositorySpec, RepositoryStatus> repository) {
    if (DriveUrl.is(repository.spec().url())) {
      return drives.open(repository);
    }
    UUID known = repository.status() == null ? null : repository.status().identity();
    if (known == null) {
      return look(repository);
    }
    Target target = target(repository);
    return absent(target) ? new Opened.Empty() : new Opened.Here(copies(repository, target, known));
  }

  /** duplicity would make the directory, on the disk that is there while another is unplugged. */
  private static boolean absent(Target target) {
    return target
        .access()
        .url()
        .directory()
        .filter(directory -> !Files.exists(directory.resolve(TargetMark.FILE)))
        .isPresent();
  }

  @Override
  public void doubt(Resource<RepositorySpec, RepositoryStatus> repository) {
    // A drive is looked at anew each time that it comes.
    if (!DriveUrl.is(repository.spec().url())) {
      target(repository).doubt();
    }
  }

  @Override
  public Opened look(Resource<RepositorySpec, RepositoryStatus> repository) {
    return DriveUrl.is(repository.spec().url())
        ? drives.open(repository)
        : looked(repository, target(repository));
  }

  private Opened looked(Resource<RepositorySpec, RepositoryStatus> repository, Target target) {
    Optional<Path> directory = target.access().url().directory();
    if (directory.isPresent() && !Files.isDirectory(directory.get())) {
      return new Opened.Empty();
    }
    try {
      // Only when the target was there: where another disk is to be mounted its directory is empty.
      boolean lately =
          repository.ready()
              && target.age() < BELIEVED.toNanos()
              && !absent(target)
              && target.seen().names().contains(TargetMark.FILE);
      TargetFiles files = lately ? target.seen() : target.look();
      Optional<Opened.Not> wrong = unreadable(target, files);
      if (wrong.isPresent()) {
        return wrong.get();
      }
      UUID known = repository.status() == null ? null : repository.status().identity();
      if (lately && known != null) {
        return new Opened.Here(copies(repository, target, known));
      }
      Optional<TargetMark> mark = TargetMark.read(target, json);
      if (mark.isPresent() && mark.get().isNewer()) {
        return new Opened.Not("FormatUnknown", "A newer homecloud has written it.");
      }
      if (mark.isPresent()) {
        return new Opened.Here(copies(repository, target, mark.get().uid()));
      }
      if (files.sets().isEmpty() && files.others() > 0) {
        return new Opened.Not(
            "NotEmpty",
            "There are other files at the target; give an empty directory or a new one.");
      }
      return new Opened.Empty();
    } catch (EngineTrouble e) {
      return new Opened.Not(e.trouble().name(), e.sentence());
    } catch (IOException e) {
      return new Opened.Not("Unreadable", IoTrouble.sentence(e));
    }
  }

  /** Nothing is begun with a passphrase that does not fit what is there. */
  private static Optional<Opened.Not> unreadable(Target target, TargetFiles files)
      throws IOException {
    List<BackupSet> sets = files.sets();
    if (sets.isEmpty()) {
      return Optional.empty();
    }
    BackupSet newest = sets.getLast();
    Access access = target.access();
    if (newest.encrypted() != (access.mode() != Encryption.Mode.none)) {
      return Optional.of(
          new Opened.Not(
              "EncryptionDiffers",
              newest.encrypted()
                  ? "Its copies are encrypted; attach it with spec.encryption and their passphrase or keys."
                  : "Its copies are not encrypted; attach it with spec.encryption.mode none, or give an empty target."));
    }
    target.proveKey(files);
    return Optional.empty();
  }

  @Override
  public Opened initialise(
      Resource<RepositorySpec, RepositoryStatus> repository, UUID installation, Instant now) {
    return begun(repository, target(repository), repository.uid(), installation, now);
  }

  private Opened begun(
      Resource<RepositorySpec, RepositoryStatus> repository,
      Target target,
      UUID identity,
      UUID installation,
      Instant now) {
    try {
      Optional<Path> directory = target.access().url().directory();
      if (directory.isPresent() && !Files.isDirectory(directory.get())) {
        Path above = Objects.requireNonNull(directory.get().getParent());
        if (!Files.isDirectory(above)) {
          return new Opened.Not(
              "ParentMissing", above + " is not there; is its disk plugged in and mounted?");
        }
        Files.createDirectory(directory.get());
      }
      new TargetMark(TargetMark.FORMAT, identity, installation, now).write(target, json);
      return looked(repository, target);
    } catch (EngineTrouble e) {
      return new Opened.Not(e.trouble().name(), e.sentence());
    } catch (IOException e) {
      return new Opened.Not("NotWritable", IoTrouble.sentence(e));
    }
  }

  @Override
  public void forget(Resource<RepositorySpec, RepositoryStatus> repository) {
    String uid = repository.uid().toString();
    targets.keySet().removeIf(name -> name.startsWith(uid));
    if (!Files.isDirectory(own)) {
      return;
    }
    try (DirectoryStream<Path> rooms = Files.newDirectoryStream(own, uid + "*")) {
      rooms.forEach(Room::remove);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
