package io.homecloud.sharing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

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

  /**
   * Whether shares are found there by WebDAV too: what is before us passes on {@code /dav}. An
   * ingress of Kubernetes does not, since each share is on the node of its volume.
   */
  @WithDefault("${HOMECLOUD_PUBLIC_WEBDAV:true}")
  boolean publicWebdav();

  /** Where storage answers, when it is not in the same process. */
  @WithDefault("${HOMECLOUD_STORAGE_URL:}")
  Optional<URI> storageUrl();

  /** Where backup answers, when it is not in the same process; HTTPS passes its pages on. */
  @WithDefault("${HOMECLOUD_BACKUP_URL:}")
  Optional<URI> backupUrl();

  /** Where Samba listens; 445 when absent, or 4450 when somebody else has that. */
  @WithDefault("${HOMECLOUD_SMB_PORT:}")
  OptionalInt smbPort();

  /** Where the NFS server listens; 2049 when absent, or 20490 when somebody else has that. */
  @WithDefault("${HOMECLOUD_NFS_PORT:}")
  OptionalInt nfsPort();

  /** Where WebDAV and pages are; 443 when absent, or 8443 when somebody else has that. */
  @WithDefault("${HOMECLOUD_HTTPS_PORT:}")
  OptionalInt httpsPort();

  /**
   * Whether a file that was uploaded over WebDAV is on the disk when that is answered. Without it a
   * power cut takes what was uploaded within about half a minute, and many small files one after
   * another take a fraction of the time.
   */
  @WithDefault("${HOMECLOUD_WEBDAV_DURABLE:true}")
  boolean webdavDurable();

  /**
   * A certificate of your own with those between it and its authority, PEM; together with its key.
   */
  @WithDefault("${HOMECLOUD_CERTIFICATE:}")
  Optional<Path> certificate();

  /** The private key of that certificate, PEM, without a passphrase. */
  @WithDefault("${HOMECLOUD_CERTIFICATE_KEY:}")
  Optional<Path> certificateKey();

  /** Where homecloud answers by HTTP. */
  @WithDefault("${HOMECLOUD_LISTEN:127.0.0.1}")
  String listen();

  /** How long directories of people who left stay in the trash, as deleted volumes do. */
  @WithDefault("${homecloud.storage.trash-kept:P7D}")
  Duration trashKept();

  /** What comes into URLs. */
  default String host() {
    return hostName().orElseGet(this::node);
  }

  /** The private keys that tokens are signed with: a JSON Web Key Set, the newest first. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}/secrets/sign-in.json")
  Path signInKeys();

  /** Where the public keys are that tokens are verified with; a file is kept up to date. */
  @WithDefault("${HOMECLOUD_JWKS:file:/var/lib/homecloud/secrets/sign-in-public.json}")
  URI publicKeys();

  /** That file; empty when they are somewhere else. */
  default Optional<Path> publishedKeys() {
    return Optional.of(publicKeys()).filter(at -> "file".equals(at.getScheme())).map(Path::of);
  }

  /** Where secrets are, for root alone. */
  default Path secrets() {
    return data().resolve("secrets");
  }

  /** Where the directory of each share is mounted. */
  default Path shareRoot() {
    return data().resolve("shares");
  }
}
