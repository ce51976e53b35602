package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.read;
import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.sharing.serving.Verifiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Texts that want to be more than texts, in what is served and in what clients ask. */
class HostileTextIT {
  private static final long SEED = 20261126;
  private static final List<String> BITS =
      List.of(
          "\n",
          "\r\n",
          "\\\n",
          "\"",
          "'",
          "\\",
          "#",
          "%",
          "$1",
          "$",
          "${PATH}",
          "%{ENV:key}",
          "%2e%2e",
          "..",
          "/",
          "//",
          "*",
          "?",
          "[a]",
          "<Directory />",
          "</Location>",
          "Require all granted",
          " ",
          "\t",
          "LoadModule x /tmp/x.so",
          "Include /etc/passwd",
          ":",
          "anna:",
          "-write: ben",
          "a",
          "ß",
          "u\u0308",
          "\u0000",
          "\u001b",
          ";",
          "|",
          "`id`",
          "$(id)",
          "--",
          ".snapshots",
          ".DAV",
          "\u2028",
          "日");

  private static HttpdLab lab;
  private static ServedShare files;

  @BeforeAll
  static void serve() throws IOException {
    lab = new HttpdLab();
    files = share("files", lab.directory("files"), write("anna"), read("ben"));
    lab.served(files);
    Files.writeString(files.root().resolve("letter.txt"), "dear");
  }

  @AfterAll
  static void close() throws IOException {
    lab.close();
  }

  private static String hostile(Random random) {
    StringBuilder text = new StringBuilder();
    int bits = 1 + random.nextInt(6);
    for (int i = 0; i < bits; i++) {
      text.append(BITS.get(random.nextInt(BITS.size())));
    }
    return text.toString();
  }

  @Test
  void nothingThatIsServedBecomesConfiguration() throws IOException {
    // Given
    Random random = new Random(SEED);
    String config = Files.readString(lab.own.resolve("httpd.conf"));
    List<String> lines = lines("places");
    int refused = 0;
    // When
    for (int i = 0; i < 300; i++) {
      String text = hostile(random).replace("\0", "");
      Path path = Path.of("/srv/" + text).normalize();
      Applied applied = lab.serve(files, share("odd", path, write("anna")));
      // Then
      if (applied instanceof Applied.Refused(String words)) {
        refused++;
        assertThat(words).startsWith("The path '/").doesNotContain("\n");
        assertThat(lines("places")).isEqualTo(lines);
      } else {
        assertThat(applied).isEqualTo(new Applied.InPlace(lab.port));
        assertThat(lines("places")).hasSize(2).containsAll(lines);
        lab.served(files);
      }
    }
    assertThat(refused).isBetween(100, 299);
    assertThat(lab.own.resolve("httpd.conf")).hasContent(config);
  }

  private static List<String> lines(String name) throws IOException {
    return Files.readAllLines(lab.own.resolve("access").resolve(name));
  }

  @Test
  void nothingOfAPersonBecomesAnotherLine() throws IOException {
    // Given
    Random random = new Random(SEED);
    Person anna = HttpdLab.person("anna");
    for (int i = 0; i < 40; i++) {
      String text = hostile(random);
      Person odd =
          new Person(
              anna.uid(),
              new io.homecloud.control.Name("odd"),
              text,
              20_002,
              anna.groups(),
              true,
              new Verifiers(text, "$6$" + text));
      // When
      Applied applied = lab.serve(List.of(anna, odd), files);
      // Then
      assertThat(applied).isEqualTo(new Applied.InPlace(lab.port));
      assertThat(lines("users"))
          .hasSizeBetween(1, 2)
          .allMatch(line -> line.matches("(anna|odd):\\$6\\$[A-Za-z0-9./$=,-]+"));
      assertThat(lines("groups")).hasSize(3);
    }
    lab.served(files);
  }

  @Test
  void nothingThatClientsAskForBreaksIt() throws IOException {
    // Given
    Random random = new Random(SEED);
    List<String> methods =
        List.of(
            "GET",
            "PUT",
            "PROPFIND",
            "PROPPATCH",
            "MKCOL",
            "DELETE",
            "COPY",
            "MOVE",
            "LOCK",
            "UNLOCK",
            "POST",
            "REPORT",
            "SEARCH",
            "X");
    List<String> headers =
        List.of(
            "Destination",
            "If",
            "Depth",
            "Lock-Token",
            "Timeout",
            "Overwrite",
            "Range",
            "Content-Range",
            "Host");
    Path outside = Files.writeString(lab.disk.resolve("outside"), "as it was");
    // When
    for (int i = 0; i < 200; i++) {
      String header = headers.get(random.nextInt(headers.size()));
      String value = hostile(random).replaceAll("[\\r\\n\\x00]", "");
      if (header.equals("Destination") && random.nextBoolean()) {
        value = lab.url("/dav/files/" + value);
      }
      String path = encoded(hostile(random), random);
      String method = methods.get(random.nextInt(methods.size()));
      int status =
          lab.status(
              random.nextBoolean() ? "ben" : "",
              method,
              "/dav/files/" + path,
              "--path-as-is",
              "-g",
              "-d",
              "<" + hostile(random).replace("\0", ""),
              "-H",
              header + ": " + value);
      // Then
      assertThat(status)
          .as("%s %s, %s: %s", method, path, header, value)
          .isBetween(100, 502)
          .isNotEqualTo(500);
    }
    assertThat(outside).hasContent("as it was");
    assertThat(files.root().resolve("letter.txt")).hasContent("dear");
    assertThat(lab.server.health()).isEqualTo(new Health.Up());
  }

  /** As curl sends it: of what must not stand in a request line, everything is encoded. */
  private static String encoded(String text, Random random) {
    StringBuilder url = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      boolean plain = (b > ' ' && b < 127 && b != '#') && random.nextInt(3) > 0;
      url.append(plain ? String.valueOf((char) b) : "%%%02x".formatted(b));
    }
    return url.toString();
  }

  @Test
  void writersOwnNamesComeBackAsTheyWere() throws IOException {
    // Given
    Random random = new Random(SEED);
    List<String> written = new ArrayList<>();
    // When
    for (int i = 0; i < 40; i++) {
      String name = "n" + i + hostile(random).replaceAll("[/\\x00]", "_");
      StringBuilder path = new StringBuilder("/dav/files/");
      for (byte b : name.getBytes(UTF_8)) {
        path.append("%%%02x".formatted(b));
      }
      assertThat(lab.status("anna", "PUT", path.toString(), "-d", "x")).as(name).isEqualTo(201);
      written.add(name);
    }
    // Then
    try (var all = Files.list(files.root())) {
      assertThat(all.map(p -> p.getFileName().toString())).containsAll(written);
    }
    assertThat(lab.listed("anna", "/dav/files/")).hasSizeGreaterThan(written.size());
  }
}
