package io.homecloud.sharing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What can be set of sharing. */
@ConfigMapping(prefix = "homecloud.sharing")
public interface SharingConfig {
  /** Name of this machine; resources of this name are acted on here. */
  @WithDefault("${HOMECLOUD_NODE:${HOSTNAME:localhost}}")
  String node();

  /** Everything below it belongs to homecloud. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}")
  Path data();

  /** The name by which clients find this machine; its own name when absent. */
  @WithDefault("${HOMECLOUD_HOST:}")
  Optional<String> hostName();

  /**
   * Where people find homecloud's pages, when that is not this machine itself, for example {@code
   * https://cloud.example.org}.
   */
  @WithDefault("${HOMECLOUD_PUBLIC_URL:}")
  Optional<URI> publicUrl();

  /** Where storage answers, when it is not in the same process. */
  @WithDefault("${HOMECLOUD_STORAGE_URL:}")
  Optional<URI> storageUrl();

  /** Where SMB is served when we may and nobody has the port. */
  @WithDefault("445")
  int smbPort();

  /** Where it is served otherwise. */
  @WithDefault("4450")
  int smbPortInstead();

  /** Where NFS is served when we may and nobody has the port. */
  @WithDefault("2049")
  int nfsPort();

  /** Where it is served otherwise. */
  @WithDefault("20490")
  int nfsPortInstead();

  /** Where HTTPS is served when we may and nobody has the port. */
  @WithDefault("443")
  int httpsPort();

  /** Where it is served otherwise. */
  @WithDefault("8443")
  int httpsPortInstead();

  /**
   * A certificate of your own for HTTPS, with those between it and its authority, as PEM; when
   * absent, an authority of the house makes one.
   */
  Optional<Path> certificate();

  /** Its private key without a passphrase, as PEM; in the same file when absent. */
  Optional<Path> certificateKey();

  /** What comes into URLs. */
  default String host() {
    return hostName().orElseGet(this::node);
  }

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
