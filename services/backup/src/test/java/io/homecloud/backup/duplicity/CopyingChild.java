package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.drive.AttachedDrives;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyInMaking.Made;
import io.homecloud.backup.engine.Opened;
import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.secret.Secret;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Rights;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Copies a directory to a target, as the service does, in a process that may be killed. */
final class CopyingChild {
  static final UUID INSTALLATION = UUID.fromString("018f3f7e-0000-4000-8000-000000000001");
  static final String PASSPHRASE = "correct horse";

  static final Name PLAN = new Name("nightly");
  private static final Name VOLUME = new Name("photos");

  private CopyingChild() {}

  /** Arguments: target, source, a directory of its own, time of the run. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("copying");
    System.out.println(
        copy(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Path.of(arguments[2]),
            Instant.parse(arguments[3])));
  }

  static Copies copies(Path target, Path own) {
    ObjectMapper json =
        new ObjectMapper()
            .findAndRegisterModules()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    SecretStore secrets = new SecretStore(own.resolve("secrets"), json);
    secrets.set(new Name("key"), new Secret(Map.of(SecretKey.passphrase, PASSPHRASE)));
    DuplicityEngine engine =
        new DuplicityEngine(
            new LocalHost(),
            own.resolve("duplicity"),
            new Drives(
                new AttachedDrives(
                    new OtherService("storage", Optional::empty, () -> ""), json, "testnode"),
                own.resolve("drives"),
                () -> {}),
            secrets,
            json,
            Clock.systemUTC(),
            4);
    Resource<RepositorySpec, RepositoryStatus> repository = repository(target);
    Opened opened = engine.look(repository);
    if (opened instanceof Opened.Empty) {
      opened = engine.initialise(repository, INSTALLATION, Instant.now());
    }
    if (opened instanceof Opened.Here(Copies copies)) {
      return copies;
    }
    throw new AssertionError(opened.toString());
  }

  private static Resource<RepositorySpec, RepositoryStatus> repository(Path target) {
    return new Resource<>(
        "Repository",
        new Metadata(
            new Name("friend"),
            new UUID(0, 7),
            1,
            1,
            Map.of(),
            Instant.parse("2026-11-26T00:00:00Z"),
            "test",
            null),
        "testnode",
        null,
        new RepositorySpec(
            RepositorySpec.Engine.duplicity,
            "file://" + target,
            null,
            new Encryption(Encryption.Mode.symmetric, new Name("key")),
            null,
            null,
            null,
            null,
            null),
        null);
  }

  static Made copy(Path target, Path source, Path own, Instant at) throws IOException {
    return copy(target, Map.of(new Source(VOLUME, null, null, null), source), own, at);
  }

  /**
   * @param sources each of a volume of its own, with where that is
   */
  static Made copy(Path target, Map<Source, Path> sources, Path own, Instant at)
      throws IOException {
    CopyInMaking copy = copies(target, own).copy(INSTALLATION, PLAN, at);
    UUID run = new UUID(at.toEpochMilli(), 1);
    Map<Name, Taken> snapshots = new HashMap<>();
    sources.forEach((source, directory) ->
        snapshots.put(
            source.volume(),
            new Taken(
                new Volume(new UUID(0, 1), new Name("home"), directory, Rights.NONE), directory)));
    return copy.make(
        new CopyInMaking.Order(
            run.toString(),
            List.copyOf(sources.keySet()),
            snapshots,
            _ -> new Since.Answer.Doubt("There is no storage here."),
            Look.CHANGES),
        _ -> {},
        contents ->
            new RunMark(
                RunMark.FORMAT,
                run,
                new Name("nightly-1"),
                PLAN,
                INSTALLATION,
                "testnode",
                at,
                at,
                List.of(new RunMark.Origin(VOLUME, new UUID(0, 1), "", null, null)),
                contents));
  }
}
