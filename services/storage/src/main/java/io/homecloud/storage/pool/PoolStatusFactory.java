package io.homecloud.storage.pool;

import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.disk.Disk;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every status and condition of a pool is made here. */
final class PoolStatusFactory {
  private static final int HYSTERESIS = 2;
  private static final String QUOTA = "QuotaKnown";
  private static final String ERRORS = "DeviceErrors";
  private static final String READ_ONLY =
      "The kernel allows no more writing to it after an error; copy what matters and look at its disks.";

  private final PlausibleClock trusted;
  private final Clock clock;
  private final int spaceLowPercent;

  PoolStatusFactory(PlausibleClock clock, int spaceLowPercent) {
    this.trusted = clock;
    this.clock = clock.clock();
    this.spaceLowPercent = spaceLowPercent;
  }

  Clock clock() {
    return clock;
  }

  private Conditions conditions(Resource<PoolSpec, PoolStatus> pool) {
    Conditions conditions = new Conditions(pool.conditions(), pool.metadata().generation(), clock);
    Conditions.find(pool.conditions(), Condition.ADOPTED)
        .ifPresent(how -> conditions.set(how.type(), how.status(), how.reason(), how.message()));
    return conditions;
  }

  /**
   * It is not there, for this reason; what was known of it stays.
   *
   * @param disksMissing whether that is for want of disks
   */
  PoolStatus unavailable(Resource<PoolSpec, PoolStatus> pool, Refusal why, boolean disksMissing) {
    Conditions conditions = kept(pool).notReady(why.error().word(), why.sentence());
    if (disksMissing) {
      conditions.set(PoolStatus.DEGRADED, Truth.True, why.error().word(), why.sentence());
    }
    return absent(pool, conditions);
  }

  /**
   * It is to go on with these of its disks, by order of somebody; what the others have is given up.
   *
   * @param there their numbers
   */
  PoolStatus goingOn(Resource<PoolSpec, PoolStatus> pool, Set<Long> there, String subject) {
    return Objects.requireNonNull(pool.status())
        .goingOnWith(
            there,
            kept(pool)
                .set(
                    PoolStatus.APART,
                    Truth.True,
                    "Ordered",
                    "By order of "
                        + subject
                        + " it went on without what its missing disks have. They are taken in again only"
                        + " when they are erased.")
                .build());
  }

  /** It is not there yet, since disks may come late. */
  PoolStatus awaiting(Resource<PoolSpec, PoolStatus> pool, Refusal why) {
    return absent(
        pool,
        kept(pool)
            .notReady(why.error().word(), why.sentence() + " Waiting a moment for the others."));
  }

  /** What was the case when it was last seen is not told again when it comes back. */
  private Conditions kept(Resource<PoolSpec, PoolStatus> pool) {
    Conditions conditions = new Conditions(pool.conditions(), pool.metadata().generation(), clock);
    pool.conditions()
        .forEach(was -> conditions.set(was.type(), was.status(), was.reason(), was.message()));
    return conditions;
  }

  private static PoolStatus absent(Resource<PoolSpec, PoolStatus> pool, Conditions conditions) {
    PoolStatus before = pool.status();
    long generation = pool.metadata().generation();
    return before == null || before.formattedAt() == null
        ? PoolStatus.pending(null, generation, conditions.build())
        : before.unavailable(generation, conditions.build());
  }

  /**
   * What was seen of a pool in place.
   *
   * @param disks its members, as far as they are there
   * @param back why a disk that came back is not taken in again
   * @param ailing a member that says of itself that it fails
   * @param noRoom as {@link PoolStatusFactory#noRoom}
   */
  record Seen(
      PoolState state,
      PoolUsage usage,
      List<Disk> disks,
      @Nullable Instant nextScrub,
      Optional<CameBack> back,
      Optional<Ailing> ailing,
      Optional<Refusal> noRoom) {
    /** Otherwise the call that is named would be refused, by people who have bought a disk. */
    private String first() {
      return noRoom.map(why -> " There is no room for that yet. " + why.sentence()).orElse("");
    }
  }

  /**
   * A disk that says of itself that it fails, though btrfs has met no error of it yet.
   *
   * @param says why, for people
   */
  record Ailing(PoolDevice device, String says) {}

  /** Why no disk could be replaced now, if one has to be. */
  static Optional<Refusal> noRoom(
      PoolBackend backend, MountedPool here, PoolState state, Optional<Ailing> ailing) {
    return state.degraded() || failing(state).isPresent() || ailing.isPresent()
        ? backend.roomToReplace(here)
        : Optional.empty();
  }

  private static Optional<PoolDevice> failing(PoolState state) {
    return state.devices().stream().filter(device -> device.errors().io() > 0).findFirst();
  }

  /**
   * A disk that was missing is there again, and is not taken in.
   *
   * @param reason of the condition that says so
   */
  record CameBack(String reason, String message) {
    private static final String BUSY = "DiskCameBack";
    private static final String OUTDATED = "DiskOutdated";
    private static final String APART = "DiskWrittenApart";
    private static final Set<String> SAID = Set.of(BUSY, OUTDATED, APART);

    static CameBack busy(Refusal why) {
      return new CameBack(
          BUSY,
          "A disk that was missing is there again and is taken in as soon as nobody uses the pool for a moment. "
              + why.sentence());
    }

    /**
     * @param volume one whose files have no checksums
     */
    static CameBack outdated(Resource<PoolSpec, PoolStatus> pool, PoolState state, Name volume) {
      return new CameBack(
          OUTDATED,
          "A disk that was missing is there again, without what was written meanwhile. It is not taken in by itself:"
              + " volume "
              + volume
              + " has noCow, so its files have no checksums, and old bytes would pass for new ones. "
              + missing(pool, state, "Replace it")
              + " The same disk will do after \"wipefs --all\" of it.");
    }

    static CameBack apart(Resource<PoolSpec, PoolStatus> pool, PoolState state) {
      return new CameBack(
          APART,
          "A disk that was missing is there again with what was written to it alone; the pool went on without that."
              + " It is not taken in by itself, since what is on it and what is here cannot be told apart. "
              + missing(pool, state, "Replace it")
              + " The same disk will do after \"wipefs --all\" of it, which destroys what only it has.");
    }

    /** As it was said when the pool was looked at last. */
    static Optional<CameBack> said(PoolStatus before) {
      return Conditions.find(before.conditions(), PoolStatus.DEGRADED)
          .filter(was -> SAID.contains(was.reason()))
          .map(was -> new CameBack(was.reason(), was.message()));
    }

    /** Whether it is only waited for those who use the pool, who do not tell when they stop. */
    boolean passes() {
      return reason.equals(BUSY);
    }
  }

  /** It is mounted and this is what the kernel says of it. */
  PoolStatus mounted(Resource<PoolSpec, PoolStatus> pool, MountedPool mounted, Seen seen) {
    PoolStatus before = pool.status();
    PoolUsage usage = seen.usage();
    Map<String, Disk> byNode =
        seen.disks().stream()
            .collect(
                Collectors.toMap(disk -> disk.node().toString(), Function.identity(), (a, _) -> a));
    List<PoolStatus.Device> devices =
        seen.state().devices().stream()
            .map(device -> device(device, byNode, before(before, device.id())))
            .toList();
    List<Condition> conditions = conditions(pool, seen);
    Instant formatted =
        before == null || before.formattedAt() == null
            ? clock.instant().truncatedTo(ChronoUnit.SECONDS)
            : before.formattedAt();
    return new PoolStatus(
        state(seen.state(), conditions),
        formatted,
        mounted.root().toString(),
        new Quantity(usage.size()),
        new Quantity(usage.used()),
        new Quantity(usage.allocated()),
        new Quantity(usage.writable()),
        new Quantity(Math.min(usage.freeMinimum(), usage.writable())),
        usage.groups().stream()
            .map(group ->
                new PoolStatus.Group(
                    group.kind().name().toLowerCase(Locale.ROOT),
                    group.profile(),
                    new Quantity(group.total()),
                    new Quantity(group.used())))
            .toList(),
        devices,
        before == null ? null : before.lastScrub(),
        seen.nextScrub(),
        pool.metadata().generation(),
        conditions);
  }

  /** That nothing can be written any more is the worst of what may be wrong. */
  private static PoolStatus.State state(PoolState state, List<Condition> conditions) {
    if (state.readOnly()) {
      return PoolStatus.State.ReadOnly;
    }
    return Conditions.isTrue(conditions, PoolStatus.DEGRADED)
        ? PoolStatus.State.Degraded
        : PoolStatus.State.Healthy;
  }

  private static Optional<PoolStatus.Device> before(@Nullable PoolStatus before, long id) {
    return before == null
        ? Optional.empty()
        : before.devices().stream().filter(device -> device.id() == id).findFirst();
  }

  private List<Condition> conditions(Resource<PoolSpec, PoolStatus> pool, Seen seen) {
    Conditions conditions = conditions(pool);
    PoolState state = seen.state();
    if (state.readOnly()) {
      conditions.notReady(PoolStatus.READ_ONLY, READ_ONLY);
    } else {
      conditions.ready();
    }
    trusted.tell(conditions);
    degraded(conditions, pool, seen);
    if (state.degraded()) {
      conditions.kept(PoolStatus.APART);
    }
    errors(conditions, pool, state);
    PoolUsage usage = seen.usage();
    boolean low = low(usage, Conditions.isTrue(pool.conditions(), PoolStatus.SPACE_LOW));
    conditions.set(
        PoolStatus.SPACE_LOW,
        low ? Truth.True : Truth.False,
        low ? "LittleFree" : "EnoughFree",
        low
            ? new Quantity(usage.writable())
                + " of "
                + new Quantity(usage.whole())
                + " can still be written."
                + usage.lack().map(PoolStatusFactory::beneath).orElse("")
            : "");
    conditions.set(
        QUOTA,
        state.quotas() ? Truth.True : Truth.False,
        state.quotas() ? "SimpleQuotas" : "QuotaUnknown",
        state.quotas()
            ? ""
            : "The pool does not count what volumes use; quotas cannot be set on it.");
    return conditions.build();
  }

  private static String beneath(PoolUsage.Lack lack) {
    return " Its disk is the image "
        + lack.image()
        + ", and the file system that this lies on has only "
        + new Quantity(lack.left())
        + " left.";
  }

  private static void degraded(
      Conditions conditions, Resource<PoolSpec, PoolStatus> pool, Seen seen) {
    PoolState state = seen.state();
    boolean was = Conditions.isTrue(pool.conditions(), PoolStatus.DEGRADED);
    // A conversion to fewer copies is on its way there and nothing to be told of.
    boolean copiesMissing =
        PoolUpkeep.copiesMissing(pool.spec(), seen.usage())
            && (was || state.running() == PoolState.Job.NONE);
    Optional<PoolDevice> failing = failing(state);
    if (state.degraded() && seen.back().isPresent()) {
      CameBack back = seen.back().get();
      conditions.set(PoolStatus.DEGRADED, Truth.True, back.reason(), back.message());
    } else if (state.degraded()) {
      conditions.set(
          PoolStatus.DEGRADED,
          Truth.True,
          "DiskMissing",
          missing(pool, state, "Plug it in again, or replace it") + seen.first());
    } else if (failing.isPresent()) {
      conditions.set(
          PoolStatus.DEGRADED,
          Truth.True,
          PoolStatus.DISK_FAILING,
          failing(pool, failing.get(), seen.disks()) + seen.first());
    } else if (seen.ailing().isPresent()) {
      conditions.set(
          PoolStatus.DEGRADED,
          Truth.True,
          PoolStatus.DISK_FAILING,
          failing(pool, seen.ailing().get(), seen.disks()) + seen.first());
    } else if (state.readOnly()) {
      conditions.set(PoolStatus.DEGRADED, Truth.True, PoolStatus.READ_ONLY, READ_ONLY);
    } else if (copiesMissing) {
      conditions.set(
          PoolStatus.DEGRADED,
          Truth.True,
          PoolStatus.COPIES_MISSING,
          "All disks are there, but some of what is on them is kept fewer times than wished."
              + " POST /api/storage/v1/pools/"
              + pool.name()
              + "/convert with its profiles brings the copies back.");
    } else {
      conditions.set(PoolStatus.DEGRADED, Truth.False, "AllDisksThere", "");
    }
  }

  /** What was not written to it has a copy fewer than the rest. */
  private static String failing(
      Resource<PoolSpec, PoolStatus> pool, PoolDevice device, List<Disk> disks) {
    String path = "/api/storage/v1/pools/" + pool.name();
    return nameOf(device, disks)
        + " fails: "
        + device.errors().sentence()
        + ". "
        + replace(pool, device)
        + " If it was a cable or too little power, POST "
        + path
        + "/scrub brings it up to date, and POST "
        + path
        + "/reset-errors ends this.";
  }

  private static String failing(
      Resource<PoolSpec, PoolStatus> pool, Ailing ailing, List<Disk> disks) {
    return nameOf(ailing.device(), disks)
        + " says of itself that it fails: "
        + ailing.says()
        + ". "
        + replace(pool, ailing.device());
  }

  private static String replace(Resource<PoolSpec, PoolStatus> pool, PoolDevice device) {
    return "Replace it with POST /api/storage/v1/pools/"
        + pool.name()
        + "/disks/"
        + device.id()
        + "/replace {\"with\": \"<disk>\"}.";
  }

  private static String nameOf(PoolDevice device, List<Disk> disks) {
    return device
        .path()
        .map(path ->
            disks.stream()
                .filter(disk -> disk.node().equals(path))
                .map(disk -> "Disk " + disk.id() + " (" + path + ")")
                .findFirst()
                .orElse("Disk " + path))
        .orElse("Device " + device.id());
  }

  private static String missing(
      Resource<PoolSpec, PoolStatus> pool, PoolState state, String advice) {
    List<PoolDevice> missing = state.devices().stream().filter(PoolDevice::missing).toList();
    return "Missing: "
        + missing.stream()
            .map(device ->
                before(pool.status(), device.id())
                    .map(PoolStatus.Device::disk)
                    .map(disk -> "disk " + disk + " (device " + device.id() + ")")
                    .orElse("device " + device.id()))
            .collect(Collectors.joining(", "))
        + ". "
        + advice
        + " with POST /api/storage/v1/pools/"
        + pool.name()
        + "/disks/"
        + (missing.isEmpty() ? "…" : missing.getFirst().id())
        + "/replace {\"with\": \"<disk>\"}.";
  }

  private static void errors(
      Conditions conditions, Resource<PoolSpec, PoolStatus> pool, PoolState state) {
    List<PoolDevice> failing =
        state.devices().stream().filter(device -> device.errors().any()).toList();
    if (failing.isEmpty()) {
      conditions.set(ERRORS, Truth.False, "NoErrors", "");
      return;
    }
    String path = "/api/storage/v1/pools/" + pool.name();
    conditions.set(
        ERRORS,
        Truth.True,
        "ErrorsCounted",
        failing.stream()
            .map(device ->
                device.path().map(Object::toString).orElse("device " + device.id())
                    + ": "
                    + device.errors().sentence())
            .collect(
                Collectors.joining(
                    "; ",
                    "",
                    ". A scrub (POST "
                        + path
                        + "/scrub) mends what has another copy and names the files that have none; POST "
                        + path
                        + "/reset-errors counts anew, and ends this.")));
  }

  /** Once low, it takes a little more to be enough again, so that the edge is not told twice. */
  private boolean low(PoolUsage usage, boolean was) {
    return usage.littleWritable(was ? spaceLowPercent + HYSTERESIS : spaceLowPercent);
  }

  private static PoolStatus.Device device(
      PoolDevice device, Map<String, Disk> byNode, Optional<PoolStatus.Device> before) {
    @Nullable String path = device.path().map(Object::toString).orElse(null);
    Disk disk = path == null ? null : byNode.get(path);
    PoolDevice.Errors errors = device.errors();
    return new PoolStatus.Device(
        device.id(),
        disk != null
            ? disk.id().value()
            // One that fails so badly that nobody can read what it is stays the one that it was.
            : before
                .filter(was -> device.missing() || Objects.equals(path, was.path()))
                .map(PoolStatus.Device::disk)
                .orElse(null),
        path,
        new Quantity(device.size()),
        new Quantity(device.allocated()),
        device.missing(),
        errors.all(),
        errors.io());
  }
}
