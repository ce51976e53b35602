package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.PASSWORD;
import static io.homecloud.sharing.httpd.HttpdLab.read;
import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other people's clients of WebDAV. */
class HttpdClientsIT {
  private static final String NAMES = "Ä ö ü ß – 100% & #1 ?*:;'\"<>|[]{}~+,=@ 日本";

  private static HttpdLab lab;
  private static Path files;
  private static Path directory;

  @BeforeAll
  static void serve() {
    lab = new HttpdLab();
    files = lab.directory("files");
    lab.served(share("files", files, write("anna"), read("ben")));
    directory = lab.disks.directory();
  }

  @AfterAll
  static void close() throws IOException {
    lab.close();
  }

  @BeforeEach
  void empty() {
    HttpdLab.must("find", files.toString(), "-mindepth", "1", "-delete");
  }

  private static HostResult.Exited run(Map<String, String> environment, String... argv) {
    HostResult result =
        lab.host.run(new HostCommand(List.of(argv), Duration.ofMinutes(2), environment));
    if (result instanceof HostResult.Exited exited) {
      return exited;
    }
    throw new AssertionError(result);
  }

  @Test
  void rcloneCopiesATreeThereAndBack() throws IOException {
    // Given
    Path top = directory.resolve("tree");
    Path tree = Files.createDirectories(top.resolve("sub directory"));
    Files.writeString(tree.resolve(NAMES), "odd");
    HttpdLab.must(
        "dd", "if=/dev/urandom", "of=" + tree.resolve("big"), "bs=1M", "count=20", "status=none");
    for (int i = 0; i < 100; i++) {
      Files.writeString(java.util.Objects.requireNonNull(top).resolve("file " + i), "content " + i);
    }
    String obscured = HttpdLab.must("rclone", "obscure", PASSWORD).strip();
    Map<String, String> remote =
        Map.of(
            "HOME",
            directory.toString(),
            "RCLONE_CONFIG_HOUSE_TYPE",
            "webdav",
            "RCLONE_CONFIG_HOUSE_URL",
            lab.url("/dav/files/"),
            "RCLONE_CONFIG_HOUSE_VENDOR",
            "other",
            "RCLONE_CONFIG_HOUSE_USER",
            "anna",
            "RCLONE_CONFIG_HOUSE_PASS",
            obscured,
            "RCLONE_CA_CERT",
            lab.authority().toString());
    // When
    var there =
        run(
            remote,
            "rclone",
            "copy",
            java.util.Objects.requireNonNull(top).toString(),
            "house:tree");
    var back = run(remote, "rclone", "copy", "house:tree", directory.resolve("back").toString());
    // Then
    assertThat(there.code()).as(there.stderr()).isZero();
    assertThat(back.code()).as(back.stderr()).isZero();
    HttpdLab.must("diff", "-r", top.toString(), files.resolve("tree").toString());
    HttpdLab.must("diff", "-r", top.toString(), directory.resolve("back").toString());
  }

  @Test
  void davfs2MountsItAsAFileSystem() throws IOException {
    // Given
    Path point = Files.createDirectories(directory.resolve("davfs"));
    Path secrets = directory.resolve("davfs-secrets");
    Files.writeString(
        secrets, "%s anna \"%s\"\n".formatted(lab.url("/dav/files/"), escaped(PASSWORD)));
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
    Path cache = Files.createDirectories(directory.resolve("davfs-cache"));
    HttpdLab.must("chown", "root:davfs2", cache.toString());
    HttpdLab.must("chmod", "1775", cache.toString());
    Path configuration =
        Files.writeString(
            directory.resolve("davfs.conf"),
            """
            secrets %s
            trust_ca_cert %s
            cache_dir %s
            delay_upload 0
            ask_auth 0
            """
                .formatted(secrets, lab.authority(), cache));
    // When
    HttpdLab.must(
        "mount.davfs",
        lab.url("/dav/files/"),
        point.toString(),
        "-o",
        "conf=" + configuration + ",uid=0,gid=0");
    try {
      Files.createDirectory(point.resolve("Fotos"));
      Files.writeString(point.resolve("Fotos/Grüße.txt"), "from a mount");
      HttpdLab.must(
          "mv",
          point.resolve("Fotos/Grüße.txt").toString(),
          point.resolve("Fotos/b.txt").toString());
    } finally {
      HttpdLab.must("umount", point.toString());
    }
    // Then
    assertThat(files.resolve("Fotos/b.txt")).hasContent("from a mount");
    assertThat(files.resolve("Fotos/Grüße.txt")).doesNotExist();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Test
  void macsNamesAndSideFilesComeBackAsTheyWereSent() {
    // Given
    String decomposed = "Gru%CC%88%C3%9Fe.txt";
    String composed = "Gr%C3%BC%C3%9Fe.txt";
    // When
    for (String name : List.of(decomposed, composed, "._" + composed, ".DS_Store")) {
      assertThat(
              lab.status(
                  "anna",
                  "PUT",
                  "/dav/files/" + name,
                  "-A",
                  "WebDAVFS/3.0.0 Darwin/24.0.0",
                  "-d",
                  name))
          .isEqualTo(201);
    }
    // Then
    assertThat(lab.curl("-u", "anna:" + PASSWORD, lab.url("/dav/files/" + decomposed)))
        .isEqualTo(decomposed);
    assertThat(lab.listed("anna", "/dav/files/"))
        .anyMatch(href -> href.equalsIgnoreCase("/dav/files/" + decomposed))
        .anyMatch(href -> href.equalsIgnoreCase("/dav/files/._" + composed));
  }

  @Test
  void windowsFindsWhatItAsksFor() {
    // Given
    String[] windows = {"-A", "Microsoft-WebDAV-MiniRedir/10.0.22631", "-H", "translate: f"};
    // When
    String options =
        lab.curl(
            "-u",
            "anna:" + PASSWORD,
            "-i",
            "-X",
            "OPTIONS",
            windows[0],
            windows[1],
            lab.url("/dav/files/"));
    String stamps =
        "<D:propertyupdate xmlns:D='DAV:' xmlns:Z='urn:schemas-microsoft-com:'><D:set><D:prop>"
            + "<Z:Win32FileAttributes>00000020</Z:Win32FileAttributes></D:prop></D:set></D:propertyupdate>";
    lab.status("anna", "PUT", "/dav/files/a.docx", "-d", "x");
    int set =
        lab.status("anna", "PROPPATCH", "/dav/files/a.docx", windows[0], windows[1], "-d", stamps);
    // Then
    assertThat(options).containsIgnoringCase("DAV: 1,2").containsIgnoringCase("MS-Author-Via: DAV");
    assertThat(set).isEqualTo(207);
    assertThat(lab.listed("anna", "/dav/files/"))
        .containsExactlyInAnyOrder("/dav/files/", "/dav/files/a.docx");
  }
}
