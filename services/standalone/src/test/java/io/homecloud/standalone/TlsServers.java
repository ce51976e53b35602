package io.homecloud.standalone;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.embedded.postgres.EmbeddedPostgres;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.embedded.postgres.PostgresSettings;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * PostgreSQL and Kafka of somebody else, as the application sees them: in another process, with TLS
 * and certificates of a private authority.
 */
final class TlsServers implements AutoCloseable {
  private static final String ACCOUNT = "homecloud";

  private final Path directory;
  private final EmbeddedPostgres postgres;
  private final PostgresAccess access;
  private final EmbeddedKafka kafka;
  private final String bootstrap;

  private TlsServers(Path directory, Path cache, Ports ports) throws IOException {
    this.directory = directory;
    certificates();
    postgres =
        new EmbeddedPostgres(
            new LocalHost(),
            new PostgresSettings(
                directory.resolve("postgres"),
                cache.resolve("postgres"),
                directory.resolve("password"),
                ports.of("postgres"),
                ACCOUNT));
    access = postgres.start();
    encryptPostgres();
    int port = ports.of("kafka");
    int controller = ports.of("controller");
    KafkaSettings settings =
        new KafkaSettings(
            directory.resolve("kafka"), port, controller, encryption(port, controller));
    bootstrap = settings.bootstrap();
    kafka = new EmbeddedKafka(settings);
    kafka.start();
  }

  static TlsServers start(Path directory, Path cache) throws IOException {
    Files.createDirectories(directory);
    // PostgreSQL's account passes through.
    Script.tool("chmod", "711", directory.toString());
    return new TlsServers(directory, cache, new Ports(directory.resolve("ports")));
  }

  PostgresAccess access() {
    return access;
  }

  String bootstrap() {
    return bootstrap;
  }

  /** Who signed the servers' certificates. */
  Path authority() {
    return directory.resolve("ca.pem");
  }

  /** Another one, of the same name, that signed nothing. */
  Path impostor() {
    return directory.resolve("impostor.pem");
  }

  private void certificates() {
    authority("ca");
    authority("impostor");
    Script.tool(
        "openssl",
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        file("server.key"),
        "-out",
        file("server.csr"));
    Script.tool(
        "openssl",
        "x509",
        "-req",
        "-in",
        file("server.csr"),
        "-copy_extensions",
        "copy",
        "-CA",
        file("ca.pem"),
        "-CAkey",
        file("ca.key"),
        "-days",
        "3650",
        "-out",
        file("server.crt"));
  }

  private void authority(String name) {
    Script.tool(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=authority of the story",
        "-days",
        "3650",
        "-keyout",
        file(name + ".key"),
        "-out",
        file(name + ".pem"));
  }

  /** PostgreSQL takes it up without a new start. */
  private void encryptPostgres() throws IOException {
    Path data = directory.resolve("postgres/data");
    for (String name : new String[] {"server.key", "server.crt"}) {
      Script.tool(
          "install", "-o", ACCOUNT, "-m", "0600", file(name), data.resolve(name).toString());
    }
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n",
        StandardOpenOption.APPEND);
    Script.tool("kill", "-HUP", Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
  }

  private Map<String, String> encryption(int port, int controller) throws IOException {
    Path both = directory.resolve("server.pem");
    Files.writeString(
        both,
        Files.readString(directory.resolve("server.key"))
            + Files.readString(directory.resolve("server.crt")));
    return Map.of(
        "listeners",
        "SSL://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
        "advertised.listeners",
        "SSL://127.0.0.1:" + port,
        "listener.security.protocol.map",
        "SSL:SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name",
        "SSL",
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        both.toString(),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        authority().toString());
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public void close() throws IOException {
    kafka.close();
    postgres.close();
  }
}
