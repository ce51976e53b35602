package io.homecloud.sharing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** What can be set of sharing. */
@ConfigMapping(prefix = "homecloud.sharing")
public interface SharingConfig {
  /** Name of this machine; resources of this name are acted on here. */
  @WithDefault("${HOMECLOUD_NODE:${HOSTNAME:localhost}}")
  String node();

  /** Everything below it belongs to homecloud. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}")
  Path data();

  /** The private keys that tokens are signed with: a JSON Web Key Set, the newest first. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}/secrets/sign-in.json")
  Path signInKeys();

  /** Where secrets are, for root alone. */
  default Path secrets() {
    return data().resolve("secrets");
  }

  /** Where the directory of each share is mounted. */
  default Path shareRoot() {
    return data().resolve("shares");
  }
}
