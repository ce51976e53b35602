package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.sharing.tls.Certificates;
import io.homecloud.sharing.tls.GivenCertificate;
import io.homecloud.sharing.tls.ServerCertificate;
import io.homecloud.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with a server, and what becomes of it. */
class HttpdBadDaysIT {
  private final List<Health> heard = new CopyOnWriteArrayList<>();
  private HttpdLab lab;
  private ServedShare files;
  private Path data;

  @BeforeEach
  void serve() {
    lab =
        new HttpdLab(
            OptionalInt.empty(),
            new ServerListener() {
              @Override
              public void changed(Health health) {
                heard.add(health);
              }

              @Override
              public void sessionsChanged() {}
            });
    files = share("files", lab.directory("files"), write("anna"));
    lab.served(files);
    data = lab.disks.directory().resolve("data");
  }

  @AfterEach
  void close() throws IOException {
    lab.close();
  }

  private void killAll() {
    HttpdLab.must(
        "pkill", "-KILL", "-f", "--", "apache2 -DFOREGROUND -f " + lab.own + "/httpd.conf");
  }

  @Test
  void killedInMidUploadNothingAcknowledgedIsLostAndTheRetrySucceeds() throws Exception {
    // Given
    HttpdLab.must("dd", "if=/dev/urandom", "of=" + data, "bs=1M", "count=8", "status=none");
    assertThat(Uploading.start(lab, data, "1G", "/dav/files/before").end()).isEqualTo("201");
    Path old = Files.writeString(lab.disks.directory().resolve("old"), "the old one");
    assertThat(Uploading.start(lab, old, "1G", "/dav/files/replaced").end()).isEqualTo("201");
    Uploading upload =
        Uploading.start(
            lab,
            data,
            "250k",
            "/dav/files/replaced",
            "--retry",
            "60",
            "--retry-all-errors",
            "--retry-delay",
            "1");
    Eventually.eventually(() -> assertThat(unfinished()).isNotEmpty());
    // When
    killAll();
    // Then
    assertThat(files.root().resolve("before")).hasSameBinaryContentAs(data);
    assertThat(files.root().resolve("replaced")).hasContent("the old one");
    assertThat(upload.end()).endsWith("204");
    assertThat(files.root().resolve("replaced")).hasSameBinaryContentAs(data);
    Eventually.eventually(() -> assertThat(unfinished()).isEmpty());
    assertThat(heard).hasAtLeastOneElementOfType(Health.Down.class);
    assertThat(lab.server.health()).isEqualTo(new Health.Up());
  }

  @Test
  void locksDoNotOutliveHttpd() {
    // Given
    lock("/dav/files/crashed.txt");
    killAll();
    Eventually.eventually(() -> assertThat(heard).hasAtLeastOneElementOfType(Health.Down.class));
    Eventually.eventually(() -> assertThat(lab.server.health()).isEqualTo(new Health.Up()));
    lock("/dav/files/restarted.txt");
    // When
    int crashed = lab.status("anna", "PUT", "/dav/files/crashed.txt", "-d", "x");
    lab.server.close();
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    lab.served(files);
    int restarted = lab.status("anna", "PUT", "/dav/files/restarted.txt", "-d", "x");
    // Then
    assertThat(crashed).isEqualTo(201);
    assertThat(restarted).isEqualTo(201);
  }

  private void lock(String path) {
    String lock =
        "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";
    assertThat(lab.status("anna", "LOCK", path, "-d", lock)).isEqualTo(200);
    assertThat(lab.status("anna", "PUT", path, "-d", "x")).isEqualTo(423);
  }

  private List<Path> unfinished() throws IOException {
    try (var all = Files.list(files.root())) {
      return all.filter(p -> p.getFileName().toString().startsWith(".davfs.tmp")).toList();
    }
  }

  @Test
  void whatAKilledParentLeftIsEndedAndSwept() throws Exception {
    // Given
    Path left = files.root().resolve(".davfs.tmpAb12cd");
    Files.writeString(left, "half a file");
    HttpdLab.must("chown", "19999:19999", left.toString());
    HttpdLab.must(
        "cp", "-a", lab.own.resolve("running").toString(), lab.own.resolve("aside").toString());
    lab.server.close();
    HttpdLab.must("mv", lab.own.resolve("aside").toString(), lab.own.resolve("running").toString());
    lab.supervisor.close();
    // When
    lab.supervisor =
        Supervisor.open(lab.disks.directory().resolve("run"), lab.disks.directory().resolve("log"));
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    lab.served(files);
    // Then
    Eventually.eventually(() -> assertThat(left).doesNotExist());
  }

  @Test
  void whatAKilledParentLeftOnADiskThatComesLaterIsSweptThenAndOnce() throws Exception {
    // Given
    Path left = Files.writeString(files.root().resolve(".davfs.tmpAb12cd"), "half a file");
    ServedShare others = share("others", lab.directory("others"), write("anna"));
    HttpdLab.must("mkdir", lab.own.resolve("aside").toString());
    HttpdLab.must("cp", "-a", lab.own.resolve("running").toString(), lab.own + "/aside/running");
    lab.server.close();
    HttpdLab.must("mv", lab.own + "/aside/running", lab.own.resolve("running").toString());
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    lab.served(others);
    // Between the kill and the disk there is an end in order.
    lab.server.close();
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    lab.served(others);
    assertThat(left).exists();
    Path since = Files.writeString(files.root().resolve(".davfs.tmpEf34gh"), "under way");
    // When
    lab.served(others, files);
    // Then
    Eventually.eventually(() -> assertThat(left).doesNotExist());
    Eventually.eventually(
        () -> assertThat(lab.own.resolve("killed")).content().contains(files.uid().toString()));
    assertThat(since).exists();
    // When
    Files.setLastModifiedTime(since, FileTime.fromMillis(0));
    lab.server.close();
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    ServedShare third = share("third", lab.directory("third"), write("anna"));
    lab.served(others, files, third);
    // Then
    Eventually.eventually(
        () -> assertThat(lab.own.resolve("killed")).content().contains(third.uid().toString()));
    assertThat(since).exists();
  }

  @Test
  void quotaReachedInMidUploadIsTold() throws Exception {
    // Given
    HttpdLab.must("btrfs", "qgroup", "limit", "16M", files.root().toString());
    HttpdLab.must("truncate", "-s", "40M", data.toString());
    // When
    String status = Uploading.start(lab, data, "1G", "/dav/files/big").end();
    // Then
    assertThat(status).startsWith("507");
    Eventually.eventually(() -> assertThat(files.root()).isEmptyDirectory());
  }

  /** 10 GiB in the long tests; what is uploaded is compressed, so the disk need not be that big. */
  @Test
  void memoryDoesNotGrowWithAnUpload() throws Exception {
    // Given
    long size = Boolean.getBoolean("homecloud.soak") ? 10L << 30 : 256L << 20;
    HttpdLab.must("btrfs", "property", "set", files.root().toString(), "compression", "zstd");
    HttpdLab.must("truncate", "-s", Long.toString(size), data.toString());
    long before = kilobytes();
    Uploading upload = Uploading.start(lab, data, "1000G", "/dav/files/big");
    // When
    long most = 0;
    while (upload.underWay()) {
      most = Math.max(most, kilobytes());
    }
    // Then
    assertThat(upload.end()).isEqualTo("201");
    assertThat(files.root().resolve("big")).hasSize(size);
    assertThat(most - before).isLessThan(16 << 10);
  }

  /** What all its processes hold for themselves alone. */
  private long kilobytes() throws IOException {
    long sum = 0;
    String command = "apache2 -DFOREGROUND -f " + lab.own + "/httpd.conf";
    for (String pid : HttpdLab.must("pgrep", "-f", "--", command).lines().toList()) {
      for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
        if (line.startsWith("RssAnon:")) {
          sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return sum;
  }

  @Test
  void aFullDiskIsTold() throws Exception {
    // Given
    HttpdLab.must("fallocate", "-l", "600M", lab.disk.resolve("other").toString());
    HttpdLab.must("truncate", "-s", "500M", data.toString());
    // When
    String status = Uploading.start(lab, data, "10G", "/dav/files/big").end();
    // Then
    assertThat(status).startsWith("507");
    Eventually.eventually(() -> assertThat(files.root()).isEmptyDirectory());
  }

  @Test
  void portOfAnotherIsSaidWithWhatToDo() throws IOException {
    // Given
    lab.server.close();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpdShareServer second =
            lab.server(new ListenPort(other.getLocalPort(), other.getLocalPort()))) {
      lab.server = second;
      // When
      Applied applied = lab.serve(files);
      // Then
      assertThat(applied)
          .isEqualTo(
              new Applied.Unavailable(
                  "HTTPS is not served: port %d is taken by java (process %d). End that (of Debian's own: systemctl disable --now apache2), or set another port (HOMECLOUD_HTTPS_PORT)."
                      .formatted(
                          other.getLocalPort(), io.homecloud.host.ProcessIdentity.self().pid())));
    }
    // When
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    // Then
    lab.served(files);
  }

  @Test
  void configurationBrokenByHandIsPutRight() throws IOException {
    // Given
    Path config = lab.own.resolve("httpd.conf");
    String right = Files.readString(config);
    Files.writeString(config, "Nonsense \"");
    killAll();
    Eventually.eventually(() -> assertThat(lab.server.health()).isInstanceOf(Health.Down.class));
    // When
    Applied applied = lab.serve(files);
    // Then
    assertThat(applied).isEqualTo(new Applied.InPlace(lab.port));
    assertThat(config).hasContent(right);
    assertThat(lab.status("anna", "PUT", "/dav/files/a", "-d", "x")).isEqualTo(201);
  }

  @Test
  void whatPassesTheCheckAndDoesNotServeIsTakenBack() throws IOException {
    // Given
    ServerCertificate right = certificate("house");
    ServerCertificate wrong =
        new ServerCertificate(
            right.leaf(), right.chain(), certificate("other").key(), right.authority());
    ServerCertificate[] shown = {right};
    lab.server.close();
    lab.server =
        lab.server(
            new ListenPort(lab.port, lab.port),
            () -> new Certificates.Found.Usable(java.util.Objects.requireNonNull(shown[0])));
    lab.served(files);
    // When
    shown[0] = wrong;
    Applied applied = lab.serve(files);
    // Then
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    assertThat(((Applied.Refused) applied).words()).contains("AH02");
    assertThat(lab.server.health()).isEqualTo(new Health.Up());
    assertThat(lab.status("anna", "PUT", "/dav/files/a", "-d", "x")).isEqualTo(201);
  }

  /** Certificate and key in files of their own, of one authority. */
  private ServerCertificate certificate(String name) throws IOException {
    lab.name = name;
    Path made = lab.secrets.resolve("https-server.pem");
    lab.serve(files);
    String pem = Files.readString(made);
    Path directory = lab.disks.directory();
    int cut = pem.indexOf("-----BEGIN CERTIFICATE");
    Path key = Files.writeString(directory.resolve(name + ".key"), pem.substring(0, cut));
    Path chain = Files.writeString(directory.resolve(name + ".crt"), pem.substring(cut));
    var found = new GivenCertificate(lab.host, chain, key, Clock.systemUTC()).current();
    ServerCertificate usable = ((Certificates.Found.Usable) found).certificate();
    return new ServerCertificate(
        usable.leaf(), chain, key, Optional.of(Files.readString(lab.authority())));
  }

  @Test
  void whatHttpdRefusesLeavesServingWhatServed() throws IOException {
    // Given
    Path hostile = Path.of("/tmp/\"\nLoadModule x ${PATH}");
    // When
    Applied applied = lab.serve(files, share("evil", hostile, write("anna")));
    // Then
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    assertThat(lab.status("anna", "PUT", "/dav/files/a", "-d", "x")).isEqualTo(201);
    assertThat(lab.server.health()).isEqualTo(new Health.Up());
    assertThat(lab.own.resolve("httpd.conf.next")).doesNotExist();
  }
}
