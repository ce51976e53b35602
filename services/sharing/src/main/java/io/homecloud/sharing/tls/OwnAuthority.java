package io.homecloud.sharing.tls;

import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.wish.Outside;
import io.homecloud.host.Host;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.jboss.logging.Logger;

/**
 * An authority of this house, made once and the same on all nodes, so that a phone has to trust
 * one, and what it signs for this machine: again in time before it ends, and when the machine has a
 * name that is not in it. Names that it has no more stay in it until then.
 */
public final class OwnAuthority implements Certificates {
  private static final Logger LOG = Logger.getLogger(OwnAuthority.class);

  static final int AUTHORITY_DAYS = 3650;

  /** Clients refuse more (CA/Browser Forum's rule, which Apple applies to all). */
  static final int SERVER_DAYS = 397;

  static final Duration EARLY = Duration.ofDays(30);

  /** Who does not answer takes its time for that, and changes of shares wait meanwhile. */
  private static final Duration ASKED_AGAIN = Duration.ofMinutes(1);

  private static final String OF_ALL = "https-authority";

  private final Openssl openssl;
  private final Path secrets;
  private final Clock clock;
  private final Outside outside;
  private final Supplier<HouseNames> names;
  private Instant asked = Instant.MIN;
  private boolean agreed;

  /**
   * @param secrets a directory for root alone
   * @param outside where the nodes agree on one
   * @param names what the machine is called now
   */
  public OwnAuthority(
      Host host, Path secrets, Clock clock, Outside outside, Supplier<HouseNames> names) {
    this.openssl = new Openssl(host);
    this.secrets = secrets;
    this.clock = clock;
    this.outside = outside;
    this.names = names;
  }

  @Override
  public Found current() {
    try {
      Path authority = secrets.resolve(OF_ALL + ".pem");
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
      boolean rightTime = PlausibleClock.credible(clock.instant());
      if (signer.isEmpty() && !rightTime) {
        return wrongTime();
      }
      if (signer.isEmpty() || !agreed) {
        agree(authority);
        signer = Pem.certificate(authority);
      }
      if (signer.isEmpty()) {
        return new Found.Missing(
            "A certificate is made once Kubernetes says who signs those of the other nodes.");
      }
      Optional<X509Certificate> leaf = Pem.certificate(server);
      if (leaf.isEmpty() || !serves(leaf.get(), signer.get())) {
        if (!rightTime) {
          return wrongTime();
        }
        WholeFile.secret(server).write(signed(authority, signer.get()));
        leaf = Pem.certificate(server);
      }
      return new Found.Usable(
          new ServerCertificate(
              leaf.orElseThrow(), server, server, Pem.certificateText(authority)));
    } catch (IOException | Openssl.Failure e) {
      return new Found.Missing("No certificate can be made: " + e.getMessage());
    }
  }

  private Found wrongTime() {
    return new Found.Missing(
        "The clock of this machine says "
            + clock.instant().truncatedTo(ChronoUnit.SECONDS)
            + "; a certificate is made once it is right.");
  }

  /** What was here before stays beside it: devices may trust it. */
  private void agree(Path authority) throws IOException, Openssl.Failure {
    Instant now = clock.instant();
    boolean has = Files.exists(authority);
    if (has && now.isBefore(asked.plus(ASKED_AGAIN))) {
      return;
    }
    asked = now;
    String ours =
        has ? Files.readString(authority) : openssl.authority(scratch(), name(), AUTHORITY_DAYS);
    Optional<byte[]> theirs = outside.sameOnAllNodes(OF_ALL, ours.getBytes(StandardCharsets.UTF_8));
    if (theirs.isEmpty()) {
      return;
    }
    String ofAll = new String(theirs.get(), StandardCharsets.UTF_8);
    agreed = true;
    if (Pem.certificate(ofAll).isEmpty()) {
      throw new IOException("what all nodes have as " + OF_ALL + " is no certificate");
    }
    if (has && !ofAll.equals(ours)) {
      LOG.warnf("%s is another than that of all nodes; it stays as .before", authority);
      var _ = WholeFile.secret(secrets.resolve(OF_ALL + ".pem.before")).write(ours);
    }
    var _ = WholeFile.secret(authority).write(ofAll);
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
