package io.homecloud.sharing.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.wish.Outside;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.SharingConfig;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.SmbRule;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The servers of an installation, made as its settings say. */
class InstalledServersIT {
  private final int port = FreePort.find();
  private LoopDisks disks;
  private Path chain;
  private Path key;
  private @Nullable InstalledServers servers;

  @BeforeEach
  void aCertificate() throws IOException {
    disks = new LoopDisks();
    // httpd's own user comes through it to what is its own
    Files.setPosixFilePermissions(disks.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    chain = disks.directory().resolve("given.crt");
    key = disks.directory().resolve("given.key");
    certify("first.example.org");
  }

  @AfterEach
  void close() {
    if (servers != null) {
      servers.close();
    }
    disks.close();
  }

  /** As whoever renews it does: over the one before. */
  private void certify(String name) {
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9",
        "-subj",
        "/CN=" + name,
        "-keyout",
        key.toString(),
        "-out",
        chain.toString());
  }

  private static String run(String... argv) {
    Object result = new LocalHost().run(new HostCommand(Duration.ofSeconds(30), argv));
    assertThat(result).isInstanceOf(Exited.class);
    return ((Exited) result).stdout();
  }

  private ShareServer httpd(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("homecloud.sharing.data", disks.directory().toString());
    settings.put("homecloud.sharing.https-port", Integer.toString(port));
    SharingConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withMapping(SharingConfig.class)
            .withSources(new PropertiesConfigSource(settings, "test", 100))
            .withConverter(
                Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
            .build()
            .getConfigMapping(SharingConfig.class);
    InstalledServers opened =
        new InstalledServers(config, OptionalInt.empty(), Clock.systemUTC(), Outside.NOTHING);
    servers = opened;
    return opened.open(_ -> ServerListener.NONE).stream()
        .filter(server -> server.protocol() == Protocol.WEBDAV)
        .findFirst()
        .orElseThrow();
  }

  private Serving serving() throws IOException {
    Path root = Files.createDirectories(disks.directory().resolve("files"));
    ServedShare share =
        new ServedShare(
            UUID.randomUUID(),
            new Name("files"),
            root,
            false,
            Map.of(),
            Set.of(Protocol.WEBDAV),
            List.of(),
            Level.READ,
            null,
            SmbRule.DEFAULT,
            false,
            false,
            OptionalInt.empty(),
            null,
            OptionalLong.empty(),
            false);
    return new Serving(List.of(share), List.of(), List.of());
  }

  /** Whose certificate is shown to who comes now. */
  private String shown() {
    return run(
        "bash",
        "-c",
        "openssl s_client -connect localhost:%d </dev/null 2>/dev/null | openssl x509 -noout -subject"
            .formatted(port));
  }

  @Test
  void aCertificateOfYourOwnIsShownAndSoIsARenewedOne() throws IOException {
    // Given
    ShareServer httpd =
        httpd(
            Map.of(
                "HOMECLOUD_CERTIFICATE", chain.toString(),
                "HOMECLOUD_CERTIFICATE_KEY", key.toString()));
    Serving serving = serving();
    assertThat(httpd.apply(serving)).isEqualTo(new Applied.InPlace(port));
    assertThat(shown()).contains("first.example.org");

    // When
    certify("second.example.org");

    // Then
    assertThat(httpd.apply(serving)).isEqualTo(new Applied.InPlace(port));
    Eventually.eventually(() -> assertThat(shown()).contains("second.example.org"));
    httpd.close();
  }

  @ParameterizedTest
  @CsvSource({
    "HOMECLOUD_CERTIFICATE, HOMECLOUD_CERTIFICATE_KEY is not set",
    "HOMECLOUD_CERTIFICATE_KEY, HOMECLOUD_CERTIFICATE is not set"
  })
  void oneOfCertificateAndKeyAloneIsToldAndNotPassedOver(String set, String said)
      throws IOException {
    // Given
    Path file = set.endsWith("KEY") ? key : chain;
    ShareServer httpd = httpd(Map.of(set, file.toString()));

    // When
    Applied applied = httpd.apply(serving());

    // Then
    assertThat(applied)
        .isInstanceOfSatisfying(
            Applied.Unavailable.class, why -> assertThat(why.sentence()).startsWith(said));
    httpd.close();
  }
}
