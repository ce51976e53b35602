package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes through httpd to homecloud's own pages and API. */
class HttpdFrontIT {
  private static final CountDownLatch FIRST_SEEN = new CountDownLatch(1);
  private static final long BIG = 512L << 20;
  private static final int SLOW = 200;

  private static HttpdLab lab;
  private static HttpServer backend;
  private static ExecutorService threads;

  @BeforeAll
  static void serve() throws IOException {
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    backend.setExecutor(threads);
    backend.createContext("/", HttpdFrontIT::answer);
    backend.start();
    lab = new HttpdLab(OptionalInt.of(backend.getAddress().getPort()), ServerListener.NONE);
    lab.served(share("files", lab.directory("files"), write("anna")));
  }

  @AfterAll
  static void close() throws IOException {
    lab.close();
    backend.stop(0);
    threads.close();
  }

  /** Says what it was asked; at {@code /events} one event, and another once that was seen. */
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().equals("/events")) {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write("data: first\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        boolean seen = FIRST_SEEN.await(100, TimeUnit.SECONDS);
        out.write(
            ("data: " + (seen ? "second" : "late") + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.close();
        return;
      }
      long received = 0;
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = exchange.getRequestBody()) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          received += n;
        }
      }
      StringBuilder text =
          new StringBuilder(
              exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + "\n");
      new TreeMap<>(exchange.getRequestHeaders())
          .forEach((name, values) -> text.append(name).append(": ").append(values).append('\n'));
      text.append("received ").append(received).append('\n');
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void bodiesThatAreSlowToComeLeaveRoomForOthers() throws Exception {
    // Given
    SSLSocketFactory sockets = trusting(lab.authority());
    List<Socket> slow = new CopyOnWriteArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SLOW; i++) {
        clients.execute(() -> Eventually.eventually(() -> slow.add(begun(sockets))));
      }
      Eventually.eventually(() -> assertThat(slow).hasSize(SLOW));
      // When
      String said = lab.curl("--max-time", "100", lab.url("/quick"));
      // Then
      assertThat(said).startsWith("GET /quick");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  /** A request that has a worker, and whose body does not come. */
  private static Socket begun(SSLSocketFactory sockets) {
    try {
      Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), lab.port);
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SSLSocketFactory trusting(Path authority)
      throws GeneralSecurityException, IOException {
    KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
    known.load(null, null);
    try (InputStream in = Files.newInputStream(authority)) {
      known.setCertificateEntry(
          "house", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  @Test
  void headersOfAProxyAreOursAlone() {
    // When
    String said =
        lab.curl(
            "-H",
            "X-Forwarded-For: 6.6.6.6",
            "-H",
            "X-Forwarded-Proto: http",
            "-H",
            "X-Forwarded-Host: evil",
            "-H",
            "X-Forwarded-Prefix: /evil",
            "-H",
            "X-Real-IP: 6.6.6.6",
            "-H",
            "Forwarded: for=6.6.6.6",
            "-H",
            "Authorization: Bearer token",
            lab.url("/api/x%2Fy/%C3%BC%25?q=1"));
    // Then
    assertThat(said)
        .startsWith("GET /api/x%2Fy/%C3%BC%25\n")
        .contains("X-forwarded-for: [127.0.0.1]\n")
        .contains("X-forwarded-proto: [https]\n")
        .contains("X-forwarded-port: [" + lab.port + "]\n")
        .contains("X-forwarded-host: [localhost:" + lab.port + "]\n")
        .contains("Host: [localhost:" + lab.port + "]\n")
        .contains("Authorization: [Bearer token]\n")
        .doesNotContain("6.6.6.6", "evil");
  }

  @Test
  void figuresAndHealthAreNotForTheHouse() {
    // When, Then
    for (String path :
        List.of(
            "/q",
            "/q/",
            "/q/metrics",
            "/q/health/ready",
            "/%71/metrics",
            "/%71",
            "//q/metrics",
            "/./q/metrics",
            "/x/../q/metrics",
            "/%2e/q/metrics",
            "/x/%2e%2e/q/metrics")) {
      assertThat(lab.status("", "GET", path, "--path-as-is")).as(path).isEqualTo(404);
    }
    for (String path : List.of("/quick", "/api/q/metrics", "/q%2Fmetrics")) {
      assertThat(lab.curl("--path-as-is", lab.url(path))).startsWith("GET " + path + "\n");
    }
  }

  @Test
  void clientsCannotHaveThemTakenOut() {
    // When
    int status =
        lab.status(
            "", "GET", "/api", "-H", "Connection: close, X-Forwarded-Proto, X-Forwarded-For");
    // Then
    assertThat(status).isEqualTo(400);
  }

  @Test
  void eventsFlowAsTheyHappen() throws Exception {
    // Given
    CompletableFuture<String> all = new CompletableFuture<>();
    Path out = lab.disks.directory().resolve("events");
    Thread.ofVirtual()
        .start(() -> all.complete(lab.curl("-N", "-o", out.toString(), lab.url("/events"))));
    // When
    io.homecloud.testkit.Eventually.eventually(() -> assertThat(out).hasContent("data: first\n\n"));
    FIRST_SEEN.countDown();
    all.get(100, TimeUnit.SECONDS);
    // Then
    assertThat(out).hasContent("data: first\n\ndata: second\n\n");
  }

  @Test
  void bigUploadsStreamThrough() throws IOException {
    // Given
    Path big = lab.disks.directory().resolve("big");
    HttpdLab.must("truncate", "-s", Long.toString(BIG), big.toString());
    // When
    String said = lab.curl("-T", big.toString(), lab.url("/upload"));
    String chunked =
        lab.curl("-T", big.toString(), "-H", "Transfer-Encoding: chunked", lab.url("/upload"));
    // Then
    assertThat(List.of(said, chunked)).allMatch(text -> text.contains("received " + BIG));
    assertThat(lab.own.resolve("run")).isDirectoryNotContaining(p -> p.toFile().length() > 1 << 20);
    Files.delete(big);
  }

  @Test
  void authoritysCertificateIsThereForPhones() {
    // When
    String answer = lab.curl("-i", lab.url("/homecloud-ca.crt"));
    // Then
    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-type: application/x-x509-ca-cert")
        .contains("-----BEGIN CERTIFICATE-----")
        .doesNotContain("PRIVATE KEY");
    assertThat(lab.status("", "PUT", "/homecloud-ca.crt", "-d", "x")).isEqualTo(405);
  }

  @Test
  void webdavIsNotPassedOnAndPagesAreNotWebdav() {
    // When, Then
    assertThat(lab.curl(lab.url("/davfiles"))).startsWith("GET /davfiles\n");
    assertThat(lab.status("", "GET", "/dav")).isEqualTo(401);
    assertThat(lab.status("anna", "PROPFIND", "/dav/files/", "-H", "Depth: 0")).isEqualTo(207);
    assertThat(lab.status("", "TRACE", "/")).isEqualTo(405);
  }

  @Test
  void itRunsWithoutAnyShareForThePages() {
    // When
    Applied applied = lab.serve();
    // Then
    assertThat(applied).isEqualTo(new Applied.InPlace(lab.port));
    assertThat(lab.curl(lab.url("/page"))).startsWith("GET /page\n");
    lab.served(share("files", lab.disk.resolve("files"), write("anna")));
  }
}
