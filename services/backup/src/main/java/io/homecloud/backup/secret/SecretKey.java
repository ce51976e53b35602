package io.homecloud.backup.secret;

/** What a secret may have. */
public enum SecretKey {
  /** That copies are encrypted with, or that a private key is kept with. */
  passphrase,
  /** Of the user that a URL names. */
  password,
  /** A private key of OpenSSH. */
  sshKey,
  /** Lines of OpenSSH's known_hosts; servers that are not in it are refused. */
  knownHosts,
  /** Of S3. */
  accessKey,
  /** Of S3. */
  secretKey,
  /** A configuration file of rclone. */
  rcloneConfig,
  /** A public key of OpenPGP, in ASCII. */
  publicKey,
  /** A private key of OpenPGP, in ASCII. */
  privateKey,
  /** Certificates in PEM that a server is believed by, besides those that everybody believes. */
  certificates
}
