package io.homecloud.sharing.tls;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a server shows its clients.
 *
 * @param leaf its own certificate
 * @param chain file with that certificate and those between it and the authority, PEM
 * @param key file with its private key, PEM, for root alone; may be the same
 * @param authority the certificate that clients must trust, PEM; empty when they do already
 */
public record ServerCertificate(
    X509Certificate leaf, Path chain, Path key, Optional<String> authority) {
  /** SHA-256 of the certificate, in hexadecimal. */
  public String fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
