package io.homecloud.storage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What can be set of storage. */
@ConfigMapping(prefix = "homecloud.storage")
public interface StorageConfig {
  /** Name of this machine; resources of this name are acted on here. */
  @WithDefault("${HOMECLOUD_NODE:${HOSTNAME:localhost}}")
  String node();

  /** Everything below it belongs to homecloud: pools and volumes are mounted here. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}")
  Path data();

  /** Which installation this is; the one that the data directory names when absent. */
  @WithDefault("${HOMECLOUD_INSTALLATION_ID:}")
  Optional<UUID> installationId();

  /** Images, beside those below the data directory, whose loop devices are disks of homecloud. */
  @WithDefault("${HOMECLOUD_IMAGES:}")
  Optional<List<Path>> images();

  /** How long deleted volumes stay in the trash. */
  @WithDefault("P7D")
  Duration trashKept();

  /**
   * The trash is emptied, oldest first, when less than this share of a pool is free, in percent.
   */
  @WithDefault("5")
  int trashFloorPercent();

  /** That is never done to a volume that was deleted less than this ago: it may be a mistake. */
  @WithDefault("PT1H")
  Duration trashKeptAtLeast();

  /** Less free than this, in percent, is told as low. */
  @WithDefault("10")
  int spaceLowPercent();

  /**
   * When each pool is read and verified: a cron expression (minute hour day month weekday), empty
   * for never.
   */
  @WithDefault("0 3 1 * *")
  String scrubCron();

  /**
   * How long after the start a pool waits for disks that are missing, before it is used without
   * them where its profiles allow that. USB disks may come late.
   */
  @WithDefault("PT30S")
  Duration disksAwaited();

  /** For temporary files of this process; empty at its start. */
  default Path scratch() {
    return data().resolve("scratch");
  }

  /** Where pools are mounted, for root alone. */
  default Path poolRoot() {
    return data().resolve("pools");
  }

  /**
   * Where the databases of the installation are; of one that lives on disks, a part of its pool is
   * mounted there.
   */
  default Path systemRoot() {
    return data().resolve("system");
  }

  /** Where each volume is mounted by itself. */
  default Path volumeRoot() {
    return data().resolve("volumes");
  }
}
