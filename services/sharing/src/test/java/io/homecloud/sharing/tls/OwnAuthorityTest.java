package io.homecloud.sharing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.WishKeeper;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.tls.Certificates.Found;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnAuthorityTest {
  @TempDir Path directory;
  private HouseNames names =
      HouseNames.of(List.of("house", "house.local", "localhost"), List.of("127.0.0.1", "::1"));

  private Found at(Clock clock) {
    return of("secrets", clock, Outside.NOTHING).current();
  }

  private OwnAuthority of(String node, Clock clock, Outside outside) {
    return new OwnAuthority(new LocalHost(), directory.resolve(node), clock, outside, () -> names);
  }

  /** Keeps what the first node had; says nothing while it is away. */
  private static final class Agreement implements Outside {
    private final Map<String, byte[]> kept = new HashMap<>();
    private boolean away;
    private int asked;

    @Override
    public WishKeeper keeper(ControlPlane plane) {
      return WishKeeper.NONE;
    }

    @Override
    public Optional<byte[]> sameOnAllNodes(String name, byte[] ours) {
      asked++;
      return away ? Optional.empty() : Optional.of(kept.computeIfAbsent(name, _ -> ours));
    }
  }

  private static String authorityOf(Found found) {
    return ((Found.Usable) found).certificate().authority().orElseThrow();
  }

  private ServerCertificate now() {
    return ((Found.Usable) at(Clock.systemUTC())).certificate();
  }

  private Path secret(String name) {
    return directory.resolve("secrets").resolve(name);
  }

  private X509Certificate authority() throws IOException {
    return Pem.certificate(secret("https-authority.pem")).orElseThrow();
  }

  @Test
  void certificateIsWhatClientsAccept() throws Exception {
    // When
    ServerCertificate made = now();
    // Then
    X509Certificate leaf = made.leaf();
    leaf.verify(authority().getPublicKey());
    assertThat(authority().getBasicConstraints()).isZero();
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(days(leaf)).isEqualTo(397);
    assertThat(days(authority())).isEqualTo(3650);
    assertThat(leaf.getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(Pem.names(leaf)).isEqualTo(names);
    assertThat(made.authority().orElseThrow())
        .contains("BEGIN CERTIFICATE")
        .doesNotContain("PRIVATE KEY");
    for (String file : List.of("https-authority.pem", "https-server.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret(file))))
          .isEqualTo("rw-------");
    }
    assertThat(directory.resolve("secrets")).isDirectoryNotContaining("glob:**new*");
  }

  private static long days(X509Certificate certificate) {
    return Duration.between(
            certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant())
        .toDays();
  }

  @Test
  void theSameAgainIsTheSame() throws IOException {
    // Given
    ServerCertificate first = now();
    X509Certificate authority = authority();
    // When
    ServerCertificate second = now();
    // Then
    assertThat(second).isEqualTo(first);
    assertThat(authority()).isEqualTo(authority);
  }

  @Test
  void newNamesAreTakenInAndOldOnesLeftAlone() throws IOException {
    // Given
    ServerCertificate first = now();
    X509Certificate authority = authority();
    // When
    names = HouseNames.of(List.of("house"), List.of("127.0.0.1"));
    ServerCertificate fewer = now();
    names = HouseNames.of(List.of("house", "cloud.example.org"), List.of("192.168.1.9"));
    ServerCertificate more = now();
    // Then
    assertThat(fewer).isEqualTo(first);
    assertThat(Pem.names(more.leaf())).isEqualTo(names);
    assertThat(authority()).isEqualTo(authority);
  }

  @Test
  void certificateIsRenewedAMonthBeforeItsEnd() {
    // Given
    ServerCertificate first = now();
    Instant end = first.leaf().getNotAfter().toInstant();
    // When, Then
    Clock early = Clock.fixed(end.minus(Duration.ofDays(31)), ZoneOffset.UTC);
    assertThat(at(early)).isEqualTo(new Found.Usable(first));
    Clock late = Clock.fixed(end.minus(Duration.ofDays(29)), ZoneOffset.UTC);
    assertThat(((Found.Usable) at(late)).certificate()).isNotEqualTo(first);
  }

  @Test
  void nothingIsMadeWhileTheClockIsWrong() {
    // When
    Found found = at(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    // Then
    assertThat(((Found.Missing) found).sentence())
        .isEqualTo(
            "The clock of this machine says 1970-01-01T00:00:00Z; a certificate is made once it is right.");
    assertThat(secret("https-authority.pem")).doesNotExist();
  }

  @Test
  void lostAuthorityIsNotReplacedUnasked() throws IOException {
    // Given
    now();
    Files.writeString(secret("https-authority.pem"), "");
    // When
    Found found = at(Clock.systemUTC());
    // Then
    assertThat(((Found.Missing) found).sentence()).contains("recovery kit");
    assertThat(secret("https-authority.pem")).isEmptyFile();
  }

  @Test
  void allNodesHaveTheAuthorityOfTheFirst() throws Exception {
    // Given
    Agreement agreement = new Agreement();
    Clock clock = Clock.systemUTC();
    String alone = authorityOf(of("second", clock, Outside.NOTHING).current());
    // When
    OwnAuthority first = of("first", clock, agreement);
    String ofAll = authorityOf(first.current());
    Found second = of("second", clock, agreement).current();
    Found third = of("third", clock, agreement).current();
    // Then
    assertThat(authorityOf(second)).isEqualTo(ofAll).isNotEqualTo(alone);
    assertThat(authorityOf(third)).isEqualTo(ofAll);
    ((Found.Usable) second)
        .certificate()
        .leaf()
        .verify(Pem.certificate(ofAll).orElseThrow().getPublicKey());
    assertThat(directory.resolve("second/https-authority.pem.before"))
        .content()
        .contains(alone.strip());
    assertThat(directory.resolve("third/https-authority.pem.before")).doesNotExist();
    // When
    int asked = agreement.asked;
    var _ = first.current();
    // Then
    assertThat(agreement.asked).isEqualTo(asked);
  }

  @Test
  void whileTheOthersCannotBeAskedWhatIsHereServesAndNothingIsMade() {
    // Given
    Agreement agreement = new Agreement();
    String ofAll = authorityOf(of("first", Clock.systemUTC(), agreement).current());
    String alone = authorityOf(of("second", Clock.systemUTC(), Outside.NOTHING).current());
    agreement.away = true;
    Instant now = Instant.now();
    OwnAuthority second = of("second", Clock.fixed(now, ZoneOffset.UTC), agreement);
    Found third = of("third", Clock.systemUTC(), agreement).current();
    // When, Then
    assertThat(((Found.Missing) third).sentence()).contains("once Kubernetes says");
    assertThat(directory.resolve("third/https-authority.pem")).doesNotExist();
    // When
    int asked = agreement.asked;
    String meanwhile = authorityOf(second.current());
    var _ = second.current();
    // Then
    assertThat(meanwhile).isEqualTo(alone);
    assertThat(agreement.asked).isEqualTo(asked + 1);
    // When
    agreement.away = false;
    Found later = of("second", Clock.systemUTC(), agreement).current();
    // Then
    assertThat(authorityOf(later)).isEqualTo(ofAll);
  }

  @Test
  void whatTheNodesAgreedOnIsNotTakenWhenItIsNoCertificate() {
    // Given
    Agreement agreement = new Agreement();
    agreement.kept.put("https-authority", new byte[] {0, 1, 2});
    // When
    Found found = of("first", Clock.systemUTC(), agreement).current();
    // Then
    assertThat(((Found.Missing) found).sentence()).contains("is no certificate");
    assertThat(directory.resolve("first/https-authority.pem")).doesNotExist();
  }

  @Test
  void aHalfMadeCertificateIsMadeAgain() throws IOException {
    // Given
    Files.createDirectories(secret("https-new"));
    Files.writeString(secret("https-new").resolve("key.pem"), "half");
    Files.writeString(secret("https-server.pem"), "-----BEGIN PRIVATE KEY-----\n");
    // When
    ServerCertificate made = now();
    // Then
    assertThat(Pem.names(made.leaf())).isEqualTo(names);
    assertThat(secret("https-new")).doesNotExist();
  }

  @Test
  void hostileNamesComeIntoNoCertificate() {
    // When
    HouseNames found =
        HouseNames.ofThisMachine("a,DNS:evil\n[x]", Optional.of(URI.create("https://ev_il/")));
    // Then
    assertThat(found.dns()).contains("localhost").noneMatch(n -> n.contains("evil"));
    assertThat(found.addresses()).contains("127.0.0.1", "::1");
    assertThat(
            HouseNames.ofThisMachine(
                    "pi", Optional.of(URI.create("https://Cloud.example.org:8443/")))
                .dns())
        .containsExactly("cloud.example.org", "localhost", "pi", "pi.local");
  }

  @Test
  void givenCertificateIsTakenWhenItsKeyBelongsToIt() throws IOException {
    // Given
    now();
    Path server = secret("https-server.pem");
    Path other = secret("https-authority.pem");
    // When
    Found good = new GivenCertificate(new LocalHost(), server, server, Clock.systemUTC()).current();
    Found wrong = new GivenCertificate(new LocalHost(), server, other, Clock.systemUTC()).current();
    Found none =
        new GivenCertificate(new LocalHost(), secret("none"), server, Clock.systemUTC()).current();
    Found old =
        new GivenCertificate(
                new LocalHost(),
                server,
                server,
                Clock.fixed(Instant.now().plus(Duration.ofDays(400)), ZoneOffset.UTC))
            .current();
    // Then
    assertThat(((Found.Usable) good).certificate().authority()).isEmpty();
    assertThat(((Found.Missing) wrong).sentence()).contains("is not that of the certificate");
    assertThat(((Found.Missing) none).sentence()).startsWith("There is no certificate in ");
    assertThat(((Found.Missing) old).sentence()).contains(" ended at ");
  }
}
