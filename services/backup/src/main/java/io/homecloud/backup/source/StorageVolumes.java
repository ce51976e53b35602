package io.homecloud.backup.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.engine.Pause;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.ask.OtherService.Answer;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What backup asks storage for, over its API: volumes, and snapshots of them to copy from. */
public final class StorageVolumes {
  private static final Logger LOG = Logger.getLogger(StorageVolumes.class);

  /** Of snapshots that backup took; the value of {@link #RUN} says for what. */
  static final String MADE_BY = "homecloud.io/made-by";

  static final String RUN = "homecloud.io/backup-run";

  /** Of volumes that were made for a restore, and of snapshots taken before one: its uid. */
  static final String RESTORE = "homecloud.io/restore";

  static final String BACKUP = "backup";

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration ANSWER = WAIT.plusSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** After a start storage answers before its disks are mounted. */
  private static final Duration COMES_WITHIN = Duration.ofMinutes(1);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final OtherService storage;
  private final ObjectMapper json;
  private final OtherResources resources;
  private final InstallationVolume installation;

  public StorageVolumes(OtherService storage, ObjectMapper json, InstallationVolume installation) {
    this.storage = storage;
    this.json = json;
    this.installation = installation;
    this.resources = new OtherResources(storage, json);
  }

  /** A volume that is in place. */
  public record Volume(UUID uid, Name pool, Path mounted, Rights rights) {}

  /**
   * Whose the root of a volume is.
   *
   * @param owner {@code uid:gid}
   * @param mode octal
   */
  public record Rights(@Nullable String owner, @Nullable String mode) {
    /** Root's, and as storage makes them. */
    public static final Rights NONE = new Rights(null, null);
  }

  /** A snapshot to copy from. */
  public record Taken(Volume volume, Path path) {}

  /** What storage said to a wish. */
  public sealed interface Said<T> {
    record Yes<T>(T value) implements Said<T> {}

    /** No, with a sentence. */
    record No<T>(String sentence) implements Said<T> {}
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record VolumeSpec(Name pool, @Nullable String owner, @Nullable String mode) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record PoolSpec(@Nullable String node) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record PoolState() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record SnapshotSpec(Name volume) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record VolumeState(@Nullable String mountPath, @Nullable List<Condition> conditions) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record SnapshotState(@Nullable String path, @Nullable List<Condition> conditions) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Problem(@Nullable String detail) {}

  /** How volumes are, for those who look after plans. */
  public SourceHealth health() {
    return new SourceHealth(resources);
  }

  /** The node of a volume's pool; empty when there is no such volume. */
  public Optional<String> nodeOf(Name volume) throws Away {
    Optional<Item<VolumeSpec, VolumeState>> found =
        resources.find("volumes", volume, VolumeSpec.class, VolumeState.class);
    return found.isEmpty() ? Optional.empty() : nodeOfPool(found.get().spec().pool());
  }

  /** The node of a pool; empty when there is no such pool. */
  public Optional<String> nodeOfPool(Name pool) throws Away {
    return resources
        .find("pools", pool, PoolSpec.class, PoolState.class)
        .map(found -> found.spec().node());
  }

  /** The volume of that name, if it is in place. */
  public Said<Volume> volume(Name name) throws Away {
    if (InstallationVolume.is(name)) {
      return new Said.No<>(
          "It is the installation itself, and comes back with ./homecloud up --restore; or restore it into a volume.");
    }
    Optional<Item<VolumeSpec, VolumeState>> found =
        resources.find("volumes", name, VolumeSpec.class, VolumeState.class);
    if (found.isEmpty()) {
      return new Said.No<>("There is no volume called " + name + ".");
    }
    Item<VolumeSpec, VolumeState> volume = found.get();
    VolumeState state = volume.status();
    if (state == null || state.mountPath() == null || !ready(state.conditions())) {
      return new Said.No<>("Volume " + name + " is not in place now.");
    }
    return new Said.Yes<>(
        new Volume(
            volume.metadata().uid(),
            volume.spec().pool(),
            Path.of(state.mountPath()),
            new Rights(volume.spec().owner(), volume.spec().mode())));
  }

  /** Whether there is a volume of that name, in place or not. */
  public boolean has(Name name) throws Away {
    return resources.find("volumes", name, VolumeSpec.class, VolumeState.class).isPresent();
  }

  /** The same, also if it comes into place within a minute. */
  public Said<Volume> awaited(Name name) throws Away {
    long end = System.nanoTime() + COMES_WITHIN.toNanos();
    while (true) {
      Said<Volume> said = volume(name);
      if (said instanceof Said.Yes<Volume> || System.nanoTime() > end || !has(name)) {
        return said;
      }
      Pause.betweenQuestions(LOOK_EVERY);
    }
  }

  /**
   * Makes a volume and waits for it; one of that name that is there already will do if it was made
   * for the same restore.
   */
  public Said<Volume> makeVolume(Name name, Name pool, Rights rights, UUID restore) throws Away {
    var spec = json.createObjectNode().put("pool", pool.value());
    if (rights.owner() != null) {
      spec.put("owner", rights.owner());
    }
    if (rights.mode() != null) {
      spec.put("mode", rights.mode());
    }
    var body = json.createObjectNode();
    body.putObject("metadata")
        .put("name", name.value())
        .putObject("labels")
        .put(RESTORE, restore.toString());
    body.set("spec", spec);
    Answer answer = send("POST", "volumes?wait=30s", body.toString());
    boolean another = taken(answer) && !isFor(restore, name);
    return answer.status() >= 400 && (another || !taken(answer)) ? no(answer) : awaited(name);
  }

  private boolean isFor(UUID restore, Name volume) throws Away {
    return resources
        .find("volumes", volume, VolumeSpec.class, VolumeState.class)
        .map(found -> found.metadata().labels())
        .filter(labels -> restore.toString().equals(labels.get(RESTORE)))
        .isPresent();
  }

  private static boolean taken(Answer answer) {
    return answer.status() == 409 && answer.body().contains("name-taken");
  }

  /**
   * A read-only snapshot for a run, taken now or by an earlier attempt.
   *
   * @param name the same for every attempt
   */
  public Said<Taken> snapshot(Name name, Name volume, UUID run) throws Away {
    if (InstallationVolume.is(volume)) {
      return installation.take(run);
    }
    return snapshot(name, volume, Map.of(MADE_BY, BACKUP, RUN, run.toString()), "For a backup");
  }

  /**
   * A read-only snapshot of a volume as it is before something is restored into it, taken now or by
   * the same attempt before it was interrupted. It is people's, to keep and to delete.
   *
   * @param name the same as long as it is the same attempt
   * @param why for people: before what
   */
  public Said<Taken> present(Name name, Name volume, UUID restore, String why) throws Away {
    return snapshot(name, volume, Map.of(RESTORE, restore.toString()), why);
  }

  private Said<Taken> snapshot(
      Name name, Name volume, Map<String, String> labels, String displayName) throws Away {
    if (!(awaited(volume) instanceof Said.Yes<Volume>(Volume of))) {
      return new Said.No<>("Volume " + volume + " is not there now; nothing was copied.");
    }
    var body = json.createObjectNode();
    body.putObject("metadata").put("name", name.value()).set("labels", json.valueToTree(labels));
    body.putObject("spec").put("volume", volume.value()).put("displayName", displayName);
    Answer answer = send("POST", "snapshots?wait=30s", body.toString());
    if (answer.status() >= 400 && !taken(answer)) {
      return no(answer);
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<Item<SnapshotSpec, SnapshotState>> found =
          resources.find("snapshots", name, SnapshotSpec.class, SnapshotState.class);
      if (found.isEmpty()) {
        return new Said.No<>("The snapshot of volume " + volume + " was deleted meanwhile.");
      }
      SnapshotState state = found.get().status();
      if (state != null && state.path() != null && ready(state.conditions())) {
        return new Said.Yes<>(new Taken(of, Path.of(state.path())));
      }
      if (System.nanoTime() > end) {
        return new Said.No<>("Storage could not take a snapshot of volume " + volume + ".");
      }
      Pause.betweenQuestions(LOOK_EVERY);
    }
  }

  /** Lets a snapshot go; nothing when it is gone, or somebody has pinned it. */
  public void release(Name snapshot) throws Away {
    Answer answer = send("DELETE", "snapshots/" + snapshot, null);
    if (answer.status() >= 400 && answer.status() != 404) {
      LOG.warnf("snapshot %s stays: %s", snapshot, answer.body());
    }
  }

  /** Lets go what was taken for a run of something else than volumes. */
  public void release(UUID run) {
    installation.release(run);
  }

  /** Lets go what was taken so for runs that are not under way. */
  public void sweep(Predicate<UUID> underWay) {
    installation.sweep(underWay);
  }

  /** Every snapshot that was taken for a run, with that run's uid. */
  public Map<Name, String> snapshotsOfRuns() throws Away {
    Map<Name, String> found = new HashMap<>();
    for (var item :
        resources.all(
            "snapshots", MADE_BY + "=" + BACKUP, SnapshotSpec.class, SnapshotState.class)) {
      Map<String, String> labels = item.metadata().labels();
      found.put(item.metadata().name(), labels == null ? "" : labels.getOrDefault(RUN, ""));
    }
    return found;
  }

  private Answer send(String method, String path, @Nullable String body) throws Away {
    Answer answer = storage.send(method, path, body, ANSWER);
    if (answer.status() >= 500 || answer.status() == 401 || answer.status() == 403) {
      throw new Away("storage answered " + answer.status());
    }
    return answer;
  }

  private <T> Said<T> no(Answer answer) throws Away {
    Problem problem = resources.read(answer.body(), Problem.class);
    return new Said.No<>(
        problem.detail() == null ? "Storage answered " + answer.status() + "." : problem.detail());
  }

  private static boolean ready(@Nullable List<Condition> conditions) {
    return conditions != null && Conditions.isTrue(conditions, Condition.READY);
  }
}
