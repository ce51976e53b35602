package io.homecloud.backup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** What can be set of backup. */
@ConfigMapping(prefix = "homecloud.backup")
public interface BackupConfig {
  /** Name of this machine; resources of this name are acted on here. */
  @WithDefault("${HOMECLOUD_NODE:${HOSTNAME:localhost}}")
  String node();

  /** Everything below it belongs to homecloud. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}")
  Path data();

  /** Which installation this is; the one that the data directory names when absent. */
  @WithDefault("${HOMECLOUD_INSTALLATION_ID:}")
  Optional<UUID> installationId();

  /** Where storage answers, when it is not in the same process. */
  @WithDefault("${HOMECLOUD_STORAGE_URL:}")
  Optional<URI> storageUrl();

  /** Where sharing answers, when it is not in the same process. */
  @WithDefault("${HOMECLOUD_SHARING_URL:}")
  Optional<URI> sharingUrl();

  /** The private keys of the installation, with which backup signs its own tokens. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}/secrets/sign-in.json")
  Path signInKeys();

  /** How many runs read or write one disk at once; the others wait. Restores never do. */
  @WithDefault("2")
  int runsPerDisk();

  /**
   * The directory in which one called {@code homecloud-proof} is made, where files are restored to
   * prove copies, and deleted again; half of what is free there is used at most. Below the data
   * when absent.
   */
  Optional<Path> scratch();

  /** Size in MB of the files that duplicity makes; a lost connection costs at most one of them. */
  @WithDefault("64")
  int duplicityVolume();

  /** Secrets of repositories. */
  default Path secrets() {
    return data().resolve("secrets").resolve("backup");
  }

  /** Where backup keeps what it needs for a moment. */
  default Path own() {
    return data().resolve("backup");
  }
}
