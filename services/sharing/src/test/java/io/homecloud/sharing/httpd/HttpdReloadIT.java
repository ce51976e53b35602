package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.PASSWORD;
import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.homecloud.control.Name;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shares come, change and go while others are used. */
class HttpdReloadIT {
  private static final Pattern TOKEN = Pattern.compile("Lock-Token: <([^>]+)>");

  private final List<Access> accesses = new CopyOnWriteArrayList<>();
  private HttpdLab lab;
  private ServedShare files;
  private ServedShare other;

  @BeforeEach
  void serve() {
    lab =
        new HttpdLab(
            OptionalInt.empty(),
            new ServerListener() {
              @Override
              public void changed(ShareServer.Health health) {}

              @Override
              public void sessionsChanged() {}

              @Override
              public void accessed(Access access) {
                accesses.add(access);
              }
            });
    files = share("files", lab.directory("files"), write("anna"));
    other = share("other", lab.directory("other"), write("anna"));
    lab.served(files, other);
  }

  @AfterEach
  void close() throws IOException {
    lab.close();
  }

  @Test
  void transfersAndLocksGoOnWhileSharesChange() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("dd", "if=/dev/urandom", "of=" + data, "bs=1M", "count=4", "status=none");
    String token = lock("/dav/other/locked.txt");
    Uploading here = Uploading.startHalf(lab, data, "/dav/files/slow");
    Uploading there = Uploading.startHalf(lab, data, "/dav/other/slow");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).hasSize(2));

    // When
    Path more = lab.directory("more");
    int changes = 0;
    while (changes < 20) {
      List<ServedShare> shares = new ArrayList<>(List.of(files, other));
      if (changes % 2 == 0) {
        shares.add(share("more" + changes, more, write("anna")));
      }
      assertThat(lab.serve(shares.toArray(ServedShare[]::new)))
          .isEqualTo(new Applied.InPlace(lab.port));
      changes++;
      assertThat(
              lab.status("anna", "PROPFIND", "/dav/more" + (changes - 1) + "/", "-H", "Depth: 0"))
          .isEqualTo(changes % 2 == 1 ? 207 : 403);
    }
    boolean under = here.underWay() && there.underWay();

    // Then
    assertThat(under).isTrue();
    assertThat(here.end()).isEqualTo("201");
    assertThat(there.end()).isEqualTo("201");
    assertThat(files.root().resolve("slow")).hasSameBinaryContentAs(data);
    assertThat(other.root().resolve("slow")).hasSameBinaryContentAs(data);
    assertThat(lab.status("anna", "PUT", "/dav/other/locked.txt", "-d", "x")).isEqualTo(423);
    assertThat(
            lab.status(
                "anna", "PUT", "/dav/other/locked.txt", "-d", "x", "-H", "If: (<" + token + ">)"))
        .isEqualTo(201);
  }

  private String lock(String path) {
    String answer =
        lab.curl(
            "-u",
            "anna:" + PASSWORD,
            "-D",
            "-",
            "-X",
            "LOCK",
            "-H",
            "Timeout: Second-600",
            "-d",
            "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>",
            lab.url(path));
    Matcher token = TOKEN.matcher(answer);
    assertThat(token.find()).as(answer).isTrue();
    return token.group(1);
  }

  @Test
  void aNewCertificateInterruptsNothing() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("dd", "if=/dev/urandom", "of=" + data, "bs=1M", "count=2", "status=none");
    Uploading upload = Uploading.startHalf(lab, data, "/dav/files/slow");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).isNotEmpty());
    String[] asNewName = {"--resolve", "villa:" + lab.port + ":127.0.0.1"};
    String url = "https://villa:" + lab.port + "/dav/files/";
    String before = lab.curl(asNewName[0], asNewName[1], url);
    // When
    lab.name = "villa";
    lab.served(files, other);
    boolean under = upload.underWay();
    // Then
    assertThat(before).contains("no alternative certificate subject name");
    assertThat(under).isTrue();
    assertThat(lab.curl("-o", "/dev/null", "-w", "%{http_code}", asNewName[0], asNewName[1], url))
        .isEqualTo("401");
    assertThat(upload.end()).isEqualTo("201");
    assertThat(files.root().resolve("slow")).hasSameBinaryContentAs(data);
  }

  @Test
  void theSameAgainTouchesNothing() throws IOException {
    // Given
    FileTime before = Files.getLastModifiedTime(lab.own.resolve("httpd.conf"));
    List<String> running = workers();
    // When
    lab.served(files, other);
    lab.served(other, files);
    // Then
    assertThat(Files.getLastModifiedTime(lab.own.resolve("httpd.conf"))).isEqualTo(before);
    assertThat(workers()).isEqualTo(running);
  }

  private List<String> workers() {
    return HttpdLab.must("pgrep", "-f", "--", lab.own + "/httpd.conf").lines().toList();
  }

  @Test
  void sessionsTellWhoDoesWhatAndCanBeEnded() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("truncate", "-s", "20M", data.toString());
    Uploading upload = Uploading.start(lab, data, "200k", "/dav/files/some%20new%20f%C3%BCr.bin");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).isNotEmpty());
    // When
    var session = lab.server.sessions().getFirst();
    boolean ended = lab.server.disconnect(session.id());
    // Then
    assertThat(session.account()).isEqualTo(new Name("anna"));
    assertThat(session.share()).isEqualTo(new Name("files"));
    assertThat(session.address()).isEqualTo("127.0.0.1");
    assertThat(session.openFiles()).containsExactly("some new für.bin");
    assertThat(session.security()).isEqualTo("TLSv1.3");
    assertThat(ended).isTrue();
    assertThat(upload.end()).contains("cut");
    assertThat(lab.server.sessions()).isEmpty();
    assertThat(lab.server.disconnect(session.id())).isFalse();
    Eventually.eventually(() -> assertThat(files.root()).isEmptyDirectory());
  }

  @Test
  void transfersOfThoseWhoMayNotAnyMoreEnd() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("truncate", "-s", "20M", data.toString());
    Uploading refused = Uploading.start(lab, data, "200k", "/dav/files/big");
    Uploading removed = Uploading.start(lab, data, "200k", "/dav/other/big");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).hasSize(2));
    // When
    lab.served(share("files", files.root(), HttpdLab.read("anna")));
    // Then
    assertThat(refused.end()).contains("cut");
    assertThat(removed.end()).contains("cut");
    Eventually.eventually(() -> assertThat(files.root()).isEmptyDirectory());
  }

  @Test
  void aConnectionThatCannotBeEndedSparesNoOther() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("truncate", "-s", "20M", data.toString());
    lab.server.close();
    lab.host =
        command ->
            command.argv().contains("ss") && command.argv().contains("127.0.0.2")
                ? new HostResult.NotInstalled("ss")
                : new LocalHost().run(command);
    lab.server = lab.server(new ListenPort(lab.port, lab.port));
    lab.served(files, other);
    Uploading spared = Uploading.startHalf(lab, data, "/dav/files/one", "--interface", "127.0.0.2");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).hasSize(1));
    Uploading ended = Uploading.start(lab, data, "200k", "/dav/files/two");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).hasSize(2));
    // When
    lab.served(share("files", files.root(), HttpdLab.read("anna")));
    // Then
    assertThat(ended.end()).contains("cut");
    assertThat(spared.end()).isEqualTo("201");
  }

  @Test
  void aConnectionThatCouldNotBeEndedIsEndedLater() throws Exception {
    // Given
    Path data = lab.disks.directory().resolve("data");
    HttpdLab.must("truncate", "-s", "20M", data.toString());
    lab.late("ss");
    lab.served(files, other);
    Uploading upload = Uploading.start(lab, data, "200k", "/dav/files/big");
    Eventually.eventually(() -> assertThat(lab.server.sessions()).hasSize(1));
    // When
    lab.served(share("files", files.root(), HttpdLab.read("anna")));
    // Then
    assertThat(upload.end()).contains("cut");
  }

  @Test
  void whatWasDoneIsToldWhereThatWasAskedForAlone() throws IOException {
    // Given
    ServedShare watched =
        new HttpdLab.Share("watched", lab.directory("watched"))
            .grants(write("anna"))
            .accessLog()
            .made();
    lab.served(files, watched);
    // When
    lab.status("anna", "PUT", "/dav/watched/a%0Aforged%20line.txt", "-d", "x");
    lab.status("anna", "PUT", "/dav/files/a.txt", "-d", "x");
    lab.status("ben", "GET", "/dav/watched/a.txt");
    // Then
    Eventually.eventually(() -> assertThat(accesses).hasSize(2));
    assertThat(accesses)
        .extracting(
            Access::share,
            Access::account,
            Access::address,
            Access::action,
            Access::result,
            Access::path)
        .containsExactlyInAnyOrder(
            tuple(
                watched.name(), new Name("anna"), "127.0.0.1", "PUT", "201", "a\nforged line.txt"),
            tuple(watched.name(), new Name("ben"), "127.0.0.1", "GET", "403", "a.txt"));
  }
}
