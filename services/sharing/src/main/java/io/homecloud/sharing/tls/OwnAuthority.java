package io.homecloud.sharing.tls;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.host.Host;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An authority of this house, made once, and what it signs for this machine: again in time before
 * it ends, and when the machine has a name that is not in it. Names that it has no more stay in it
 * until then.
 */
public final class OwnAuthority implements Certificates {
  static final int AUTHORITY_DAYS = 3650;

  /** Clients refuse more (CA/Browser Forum's rule, which Apple applies to all). */
  static final int SERVER_DAYS = 397;

  static final Duration EARLY = Duration.ofDays(30);

  private final Openssl openssl;
  private final Path secrets;
  private final Clock clock;
  private final Supplier<HouseNames> names;

  /**
   * @param secrets a directory for root alone
   * @param names what the machine is called now
   */
  public OwnAuthority(Host host, Path secrets, Clock clock, Supplier<HouseNames> names) {
    this.openssl = new Openssl(host);
    this.secrets = secrets;
    this.clock = clock;
    this.names = names;
  }

  @Override
  public Found current() {
    try {
      Path authority = secrets.resolve("https-authority.pem");
      Path server = secrets.resolve("https-server.pem");
      Files.createDirectories(
          secrets,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Optional<X509Certificate> signer = Pem.certificate(authority);
      if (signer.isEmpty() && Files.exists(authority)) {
        return new Found.Missing(
            authority
                + " holds no certificate. Put it back from a recovery kit; without it, remove the file, and every"
                + " device must be told to trust the new one.");
      }
      Optional<X509Certificate> leaf = Pem.certificate(server);
      if (signer.isEmpty() || leaf.isEmpty() || !serves(leaf.get(), signer.get())) {
        if (!PlausibleClock.credible(clock.instant())) {
          return new Found.Missing(
              "The clock of this machine says "
                  + clock.instant().truncatedTo(ChronoUnit.SECONDS)
                  + "; a certificate is made once it is right.");
        }
        if (signer.isEmpty()) {
          WholeFile.secret(authority).write(openssl.authority(scratch(), name(), AUTHORITY_DAYS));
          signer = Pem.certificate(authority);
        }
        WholeFile.secret(server).write(signed(authority, signer.orElseThrow()));
        leaf = Pem.certificate(server);
      }
      return new Found.Usable(
          new ServerCertificate(
              leaf.orElseThrow(), server, server, Pem.certificateText(authority)));
    } catch (IOException | Openssl.Failure e) {
      return new Found.Missing("No certificate can be made: " + e.getMessage());
    }
  }

  private Path scratch() {
    return secrets.resolve("https-new");
  }

  /** Different for each house, so that a phone with two of them shows which is which. */
  private static String name() {
    byte[] some = new byte[3];
    new SecureRandom().nextBytes(some);
    return "homecloud " + HexFormat.of().formatHex(some);
  }

  private String signed(Path authority, X509Certificate signer)
      throws IOException, Openssl.Failure {
    long left = ChronoUnit.DAYS.between(clock.instant(), signer.getNotAfter().toInstant());
    int days = Math.clamp(left, 1, SERVER_DAYS);
    return openssl.server(scratch(), names.get(), days, authority);
  }

  /** Nothing that begins later than now is shown: the clock was wrong when it was made. */
  private boolean serves(X509Certificate leaf, X509Certificate signer) {
    Instant now = clock.instant();
    Instant end = leaf.getNotAfter().toInstant();
    // Near the authority's own end there is no later one to be had.
    boolean longest = !end.plus(Duration.ofDays(1)).isBefore(signer.getNotAfter().toInstant());
    return !leaf.getNotBefore().toInstant().isAfter(now)
        && (end.isAfter(now.plus(EARLY)) || (longest && end.isAfter(now)))
        && Pem.names(leaf).covers(names.get())
        && signedBy(leaf, signer);
  }

  private static boolean signedBy(X509Certificate leaf, X509Certificate signer) {
    try {
      leaf.verify(signer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
