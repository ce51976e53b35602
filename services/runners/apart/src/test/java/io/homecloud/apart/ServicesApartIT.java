package io.homecloud.apart;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Storage, sharing and backup, each in a process of its own, on one directory. */
class ServicesApartIT {
  private static final long GIB = 1L << 30;
  private final LoopDisks disks = new LoopDisks();
  private final Path data = disks.directory().resolve("data");
  private final Supervisor supervisor = supervisor(disks.directory());

  @AfterEach
  void nothingIsLeft() throws IOException {
    supervisor.close();
    disks.close();
  }

  @Test
  void filesAreSharedCopiedAndReadBackByServicesThatBeginAtOnce() throws Exception {
    // Given
    Path disk = disks.disk(GIB);
    int https = freePort();
    Map<String, String> environment = environment(disk, https);
    ServiceProcess storage = begin("storage", freePort(), environment);
    int backupPort = freePort();
    environment.put("HOMECLOUD_STORAGE_URL", storage.url("").split("/api", 2)[0]);
    environment.put("HOMECLOUD_BACKUP_URL", "http://127.0.0.1:" + backupPort);
    ServiceProcess sharing = begin("sharing", freePort(), environment);
    ServiceProcess backup = begin("backup", backupPort, environment).ready();
    storage.ready();
    sharing.ready();
    String token = token();

    // When
    made(storage, token, "pools", "home", "{'disks':['" + disk + "'],'erase':true}");
    made(storage, token, "volumes", "files", "{'pool':'home'}");
    storage.put(token, "volumes/files/files/diary.txt", "Lake, boat, rain.");
    made(sharing, token, "groups", "family", "{}");
    made(sharing, token, "accounts", "anna", "{'groups':['family']}");
    sharing.put(token, "accounts/anna/password", "{\"password\":\"correct horse 42\"}");
    made(
        sharing,
        token,
        "shares",
        "shared",
        "{'volume':'files','protocols':['webdav'],"
            + "'access':[{'group':'family','level':'write'}]}");
    made(
        backup,
        token,
        "repositories",
        "disk",
        "{'engine':'rsync','url':'file://" + data.resolveSibling("copies") + "'}");
    made(backup, token, "plans", "nightly", "{'repository':'disk','sources':[{'volume':'files'}]}");
    JsonNode run = backup.post(token, "plans/nightly/run?wait=60s", "{}");

    // Then
    assertThat(over(sharing, token, https)).isEqualTo("Lake, boat, rain.");
    assertThat(run.path("status").path("state").asText()).as("%s", run).isEqualTo("Completed");
    String copy = "runs/" + run.path("metadata").path("name").asText() + "/files/files/diary.txt";
    assertThat(backup.text(token, copy)).isEqualTo("Lake, boat, rain.");
    assertThat(atFront(token, https, "/api/storage/v1/volumes/files")).contains("\"files\"");
    assertThat(atFront(token, https, "/api/backup/v1/" + copy)).isEqualTo("Lake, boat, rain.");
  }

  /** Sharing's HTTPS knows where the others are. */
  private static String atFront(String token, int https, String path) {
    return run(
            "curl",
            "-sSfk",
            "-H",
            "Authorization: Bearer " + token,
            "https://localhost:" + https + path)
        .stdout();
  }

  /** The file, as Anna reads it over WebDAV. */
  private String over(ServiceProcess sharing, String token, int https) throws Exception {
    JsonNode share = sharing.get(token, "shares/shared");
    assertThat(share.path("status").path("urls").path("webdav").asText()).contains(":" + https);
    String[] read = {""};
    eventually(() -> {
      Exited curl =
          run(
              "curl",
              "-sSfk",
              "--user",
              "anna:correct horse 42",
              "https://localhost:" + https + "/dav/shared/diary.txt");
      assertThat(curl.stderr()).isEmpty();
      read[0] = curl.stdout();
    });
    return read[0];
  }

  private ServiceProcess begin(String name, int port, Map<String, String> environment) {
    Map<String, String> own = new HashMap<>(environment);
    own.put("HOMECLOUD_PORT", Integer.toString(port));
    return ServiceProcess.begin(supervisor, name, port, own);
  }

  private Map<String, String> environment(Path disk, int https) throws IOException {
    PostgresAccess database = TestPostgres.freshDatabase();
    TestKafka.start();
    Map<String, String> environment = new HashMap<>();
    environment.put("HOMECLOUD_DATA", data.toString());
    environment.put("HOMECLOUD_NODE", "apart");
    environment.put("HOMECLOUD_IMAGES", disks.image(disk).toString());
    environment.put("HOMECLOUD_DB_URL", database.jdbcUrl());
    environment.put("HOMECLOUD_DB_USER", database.user());
    environment.put("HOMECLOUD_DB_PASSWORD", database.password());
    environment.put("HOMECLOUD_KAFKA_BOOTSTRAP", TestKafka.bootstrap());
    environment.put("HOMECLOUD_HTTPS_PORT", Integer.toString(https));
    environment.put("HOMECLOUD_SMB_PORT", Integer.toString(freePort()));
    environment.put("HOMECLOUD_NFS_PORT", Integer.toString(freePort()));
    environment.put("MALLOC_ARENA_MAX", "1");
    return environment;
  }

  private static void made(
      ServiceProcess service, String token, String kind, String name, String spec)
      throws Exception {
    JsonNode made =
        service.post(
            token,
            kind + "?wait=60s",
            "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec));
    assertThat(made.path("status").path("conditions"))
        .as("%s %s", kind, made)
        .anySatisfy(condition -> {
          assertThat(condition.path("type").asText()).isEqualTo("Ready");
          assertThat(condition.path("status").asText()).isEqualTo("True");
        });
  }

  /** Of the keys that whoever was first has made. */
  private String token() throws IOException {
    Path jars = ServiceProcess.app("storage").resolve("lib/main");
    try (var jar = Files.newDirectoryStream(jars, "io.homecloud.application-*.jar")) {
      return run(
              ServiceProcess.java(),
              "-cp",
              jar.iterator().next().toString(),
              "io.homecloud.application.TokenCommand",
              data.resolve("secrets/sign-in.json").toString())
          .stdout()
          .strip();
    }
  }

  private static Exited run(String... argv) {
    return (Exited)
        new LocalHost().run(new HostCommand(List.of(argv), Duration.ofSeconds(60), Map.of()));
  }

  private static Supervisor supervisor(Path directory) {
    try {
      return Supervisor.open(directory.resolve("children"), directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
