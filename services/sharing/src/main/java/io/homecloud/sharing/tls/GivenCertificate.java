package io.homecloud.sharing.tls;

import io.homecloud.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;

/** A certificate that somebody else makes and renews; a new one is used at the next look. */
public final class GivenCertificate implements Certificates {
  private final Openssl openssl;
  private final Path chain;
  private final Path key;
  private final Clock clock;

  /**
   * @param chain the certificate, and those between it and its authority, PEM
   * @param key its private key without a passphrase, PEM
   */
  public GivenCertificate(Host host, Path chain, Path key, Clock clock) {
    this.openssl = new Openssl(host);
    this.chain = chain;
    this.key = key;
    this.clock = clock;
  }

  @Override
  public Found current() {
    try {
      Optional<X509Certificate> leaf = Pem.certificate(chain);
      if (leaf.isEmpty()) {
        return new Found.Missing("There is no certificate in " + chain + ".");
      }
      if (!Files.isReadable(key)) {
        return new Found.Missing("There is no private key in " + key + ".");
      }
      if (leaf.get().getNotAfter().toInstant().isBefore(clock.instant())) {
        return new Found.Missing(
            "The certificate in %s ended at %s; put a new one there."
                .formatted(chain, leaf.get().getNotAfter().toInstant()));
      }
      if (!openssl.belongTogether(chain, key)) {
        return new Found.Missing(
            "The private key in %s is not that of the certificate in %s.".formatted(key, chain));
      }
      return new Found.Usable(new ServerCertificate(leaf.get(), chain, key, Optional.empty()));
    } catch (IOException | Openssl.Failure e) {
      return new Found.Missing(
          "The certificate in %s and the key in %s cannot be used: %s"
              .formatted(chain, key, e.getMessage()));
    }
  }
}
