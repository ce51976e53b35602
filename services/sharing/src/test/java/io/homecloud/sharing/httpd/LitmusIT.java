package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/** The litmus suite, 104 tests, against a share with a password over TLS. */
class LitmusIT {
  private static final Pattern SUMMARY =
      Pattern.compile("summary for `(\\w+)': of (\\d+) tests run: (\\d+) passed, (\\d+) failed");

  /** Litmus leaves out its test of {@code Expect: 100-continue} over TLS; it takes the tunnel. */
  @Test
  void everyTestPasses() throws Exception {
    try (HttpdLab lab = new HttpdLab()) {
      // Given
      lab.served(share("files", lab.directory("files"), write("anna")));
      Path directory = Files.createDirectory(lab.disks.directory().resolve("litmus"));

      // When
      List<String> summaries =
          new ArrayList<>(
              run(lab, directory, "basic copymove props locks", lab.url("/dav/files/")));
      try (Tunnel tunnel = new Tunnel(lab)) {
        summaries.addAll(run(lab, directory, "http", tunnel.url("/dav/files/")));
      }

      // Then
      assertThat(summaries)
          .containsExactly(
              "basic: 16 of 16",
              "copymove: 13 of 13",
              "props: 30 of 30",
              "locks: 41 of 41",
              "http: 4 of 4");
    }
  }

  private static List<String> run(HttpdLab lab, Path directory, String suites, String url) {
    HostResult result =
        lab.host.run(
            new HostCommand(
                List.of(
                    "env",
                    "-C",
                    directory.toString(),
                    "litmus",
                    "-k",
                    url,
                    "anna",
                    HttpdLab.PASSWORD),
                Duration.ofMinutes(2),
                Map.of("TESTS", suites)));
    if (!(result instanceof HostResult.Exited(_, String out, String err))) {
      throw new AssertionError(result);
    }
    List<String> found = new ArrayList<>();
    Matcher summary = SUMMARY.matcher(out);
    while (summary.find()) {
      found.add("%s: %s of %s".formatted(summary.group(1), summary.group(3), summary.group(2)));
    }
    assertThat(found).as(out + err).isNotEmpty();
    return found;
  }

  /** Takes plain connections to the server's TLS. */
  private static final class Tunnel implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext context = SSLContext.getInstance("TLS");

    Tunnel(HttpdLab lab) throws Exception {
      var store = java.security.KeyStore.getInstance(java.security.KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream in = Files.newInputStream(lab.authority())) {
        store.setCertificateEntry(
            "house",
            java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      TrustManager[] managers = trust.getTrustManagers();
      context.init(null, managers, null);
      Thread.ofVirtual().start(() -> accept(lab.port));
    }

    String url(String path) {
      return "http://127.0.0.1:" + listening.getLocalPort() + path;
    }

    private void accept(int port) {
      try {
        while (true) {
          Socket plain = listening.accept();
          Socket tls = context.getSocketFactory().createSocket("127.0.0.1", port);
          Thread.ofVirtual().start(() -> copy(plain, tls));
          Thread.ofVirtual().start(() -> copy(tls, plain));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private static void copy(Socket from, Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException ended) {
        // by one of both, which the other sees
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
