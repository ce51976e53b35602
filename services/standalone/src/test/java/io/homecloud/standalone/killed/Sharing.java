package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The servers of an installation, for programs of other people. */
record Sharing(Path data, int smb, int nfs, int https) {
  static final String SHARE = "docs";
  private static final String API = "/api/sharing/v1/";
  static final String PASSWORD = "Correct horse 9";
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** Ten gibibytes over WebDAV, on a machine that is busy. */
  private static final Duration LONG = Duration.ofMinutes(10);

  /** How a client reaches it. */
  enum By {
    SMB,
    NFS,
    WEBDAV
  }

  static Sharing at(Path data) {
    return new Sharing(data, FreePort.find(), FreePort.find(), FreePort.find());
  }

  Map<String, String> environment() {
    return Map.of(
        "HOMECLOUD_SMB_PORT", Integer.toString(smb),
        "HOMECLOUD_NFS_PORT", Integer.toString(nfs),
        "HOMECLOUD_HTTPS_PORT", Integer.toString(https));
  }

  /** Makes an account and a share of the volume. */
  void wish(Api api, String volume) throws Exception {
    done(
        api,
        Request.post(
            API + "accounts?wait=60s",
            Map.of("metadata", Map.of("name", "alice"), "spec", Map.of())));
    done(api, Request.put(API + "accounts/alice/password", Map.of("password", PASSWORD)));
    done(
        api,
        Request.post(
            API + "shares?wait=60s",
            Map.of(
                "metadata",
                Map.of("name", SHARE),
                "spec",
                Map.of(
                    "volume", volume,
                    "protocols", List.of("smb", "nfs", "webdav"),
                    "access", List.of(Map.of("account", "alice", "level", "write")),
                    "nfs", Map.of("clients", List.of("127.0.0.0/8"), "as", "alice")))));
  }

  private static void done(Api api, Request request) throws Exception {
    Api.Answer answer = api.send(request);
    assertThat(answer.acknowledged()).as("%s: %s", request, answer).isTrue();
  }

  /** Whether a client was told that the file is there. */
  boolean put(By by, Path file, String name) {
    return switch (by) {
      case SMB -> smb("put " + file + " " + name);
      case NFS -> succeeds("nfs-cp", file.toString(), nfsUrl(name));
      case WEBDAV -> succeeds(curl(name, "--upload-file", file.toString()));
    };
  }

  /** By WebDAV, a file that takes its time. */
  boolean putLarge(Path file, String name) {
    return succeeds(LONG, curl(name, "--upload-file", file.toString()));
  }

  boolean get(By by, String name, Path file) {
    return switch (by) {
      case SMB -> smb("get " + name + " " + file);
      case NFS -> succeeds("nfs-cp", nfsUrl(name), file.toString());
      case WEBDAV -> succeeds(curl(name, "--output", file.toString()));
    };
  }

  private boolean smb(String command) {
    return succeeds(
        "smbclient",
        "//127.0.0.1/" + SHARE,
        "--port=" + smb,
        "--user=alice%" + PASSWORD,
        "--command=" + command);
  }

  private String[] curl(String name, String... more) {
    List<String> argv = new ArrayList<>(List.of("curl", "--silent", "--fail", "--insecure"));
    argv.addAll(List.of("--user", "alice:" + PASSWORD));
    argv.addAll(List.of(more));
    argv.add("https://127.0.0.1:" + https + "/dav/" + SHARE + "/" + name);
    return argv.toArray(String[]::new);
  }

  /** Of version 3, whose clients go on by themselves when the server comes back. */
  private String nfsUrl(String name) {
    return "nfs://127.0.0.1/%s/%s?version=3&nfsport=%d&mountport=%d"
        .formatted(SHARE, name, nfs, mountPort());
  }

  /** Ganesha's other port; 0 while it has none. */
  private int mountPort() {
    return Script.attempt("ss", "-Hltnp")
        .stdout()
        .lines()
        .filter(line -> line.contains("ganesha.nfsd"))
        .filter(line -> pids("ganesha").stream().anyMatch(pid -> line.contains("pid=" + pid + ",")))
        .map(line -> line.strip().split("\\s+", -1)[3].replaceAll(".*:", ""))
        .map(Integer::valueOf)
        .filter(port -> port != nfs)
        .findFirst()
        .orElse(0);
  }

  private static boolean succeeds(String... argv) {
    return succeeds(DEADLINE, argv);
  }

  private static boolean succeeds(Duration deadline, String... argv) {
    return new LocalHost().run(new HostCommand(deadline, argv))
            instanceof Exited(int code, String out, String errors)
        && code == 0
        && !(out + errors).contains("NT_STATUS_");
  }

  /**
   * Processes of one of the servers, the first one first.
   *
   * @param server smbd, ganesha or httpd; {@code .*} for all
   */
  List<String> pids(String server) {
    String words =
        switch (server) {
          case "smbd" -> "^(/usr/sbin/)?smbd .*" + data;
          case "ganesha" -> "^(/usr/bin/)?ganesha.nfsd .*" + data;
          case "httpd" -> "^(/usr/sbin/)?apache2 .*" + data;
          default -> data + "/(sharing|shares)";
        };
    return Script.attempt("pgrep", "-f", "--", words).stdout().lines().toList();
  }

  /** {@code kill -9} of all processes of a server. */
  void kill(String server) {
    for (String pid : pids(server)) {
      Script.attempt("kill", "-KILL", pid);
    }
  }

  /** Each share is mounted once, its volume once more for NFS, and each server runs once. */
  void assertOneOfEach() throws Exception {
    assertThat(mounts())
        .containsExactlyInAnyOrder("shares/" + SHARE + "/files", "sharing/ganesha/volumes");
    assertThat(pids("ganesha")).hasSize(1);
    for (String server : List.of("smbd", "httpd")) {
      assertThat(pids(server).stream().filter(pid -> !isChild(pid, pids(server))))
          .as(server)
          .hasSize(1);
    }
  }

  private static boolean isChild(String pid, List<String> of) {
    return of.contains(Script.attempt("ps", "-o", "ppid=", "-p", pid).stdout().strip());
  }

  /** No mount, process or port is left. */
  void assertNothing() throws Exception {
    assertThat(mounts()).isEmpty();
    assertThat(pids(".*")).isEmpty();
    String listening = Script.attempt("ss", "-Hltn").stdout();
    for (int port : List.of(smb, nfs, https)) {
      assertThat(listening).doesNotContain(":" + port + " ");
    }
  }

  /** Below the data directory; of those of NFS the directory alone. */
  private List<String> mounts() throws Exception {
    return java.nio.file.Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ", 6)[4])
        .filter(point -> point.startsWith(data + "/shar"))
        .map(point -> data.relativize(Path.of(point)).toString())
        .map(point -> point.replaceAll("/volumes/[0-9]+$", "/volumes"))
        .toList();
  }
}
