package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.post;
import static org.hamcrest.Matchers.greaterThan;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.serving.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;

/** Programs of other people for a share, as somebody who has an account. */
final class HouseClient {
  static final String PASSWORD = "correct horse 42 Ärger";
  private static final String LOCAL = "127.0.0.1";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final String share;
  private final String account;
  private final String password;
  private final Map<Protocol, URI> urls = new ConcurrentHashMap<>();

  HouseClient(String share, String account) {
    this(share, account, PASSWORD);
  }

  HouseClient(String share, String account, String password) {
    this.share = share;
    this.account = account;
    this.password = password;
  }

  /** Makes the account. */
  static void account(String name) {
    post("/api/sharing/v1/accounts?wait=2m", "{'metadata':{'name':'%s'},'spec':{}}".formatted(name))
        .statusCode(201)
        .body("status.uid", greaterThan(19_999));
    asking()
        .body(Map.of("password", PASSWORD))
        .put("/api/sharing/v1/accounts/" + name + "/password")
        .then()
        .statusCode(204);
  }

  /** What a client was told. */
  record Told(int code, String said) {
    boolean done() {
      return code == 0 && !said.contains("NT_STATUS_");
    }
  }

  /** The client of NFS makes files that are new. */
  Told put(Protocol protocol, Path file, String path) {
    return switch (protocol) {
      case SMB -> run(smb("put \"" + file + "\" \"" + path + "\""));
      case NFS -> run("nfs-cp", file.toString(), nfs(path, "3&mountport=" + mountPort()));
      case WEBDAV -> run(webdav(path, "--upload-file", file.toString()));
    };
  }

  Told get(Protocol protocol, String path, Path file) {
    return switch (protocol) {
      case SMB -> run(smb("get \"" + path + "\" \"" + file + "\""));
      case NFS -> run("nfs-cp", nfs(path, "4"), file.toString());
      case WEBDAV -> run(webdav(path, "--output", file.toString()));
    };
  }

  /** The words of a client that writes the file to its output. */
  String[] reading(Protocol protocol, String path) {
    return switch (protocol) {
      case SMB -> smb("get \"" + path + "\" -");
      case NFS -> new String[] {"nfs-cat", nfs(path, "4")};
      case WEBDAV -> webdav(path);
    };
  }

  String[] smb(String command) {
    String port = ConfigProvider.getConfig().getValue("HOMECLOUD_SMB_PORT", String.class);
    return new String[] {
      "smbclient",
      "//" + LOCAL + "/" + share,
      // While nobody reads what it gets, too.
      "--timeout=600",
      "--port=" + port,
      "--user=" + account + "%" + password,
      "--command=" + command
    };
  }

  String[] webdav(String path, String... more) {
    List<String> argv = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--fail"));
    argv.addAll(List.of("--insecure", "--user", account + ":" + password));
    argv.addAll(Arrays.asList(more));
    String encoded = URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20");
    argv.add(url(Protocol.WEBDAV) + encoded.replace("%2F", "/"));
    return argv.toArray(String[]::new);
  }

  private String nfs(String path, String version) {
    URI url = url(Protocol.NFS);
    return "nfs://%s%s/%s?nfsport=%d&version=%s"
        .formatted(LOCAL, url.getPath(), path, url.getPort(), version);
  }

  /** The other port of Ganesha; only NFS 3 asks there. */
  private String mountPort() {
    try {
      Path data = ShareHouse.disks().directory();
      String pid = Files.readString(data.resolve("sharing/ganesha/ganesha.pid")).strip();
      return run("ss", "-Hltnp")
          .said()
          .lines()
          .filter(line -> line.contains("pid=" + pid + ","))
          .map(line -> line.strip().split("\\s+", -1)[3].replaceAll(".*:", ""))
          .filter(port -> !port.equals(Integer.toString(url(Protocol.NFS).getPort())))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the share says it. */
  private URI url(Protocol protocol) {
    return urls.computeIfAbsent(
        protocol,
        _ ->
            URI.create(
                asking()
                    .get(SHARES + "/" + share)
                    .path("status.urls." + protocol.name().toLowerCase(Locale.ROOT))));
  }

  static Told run(String... argv) {
    if (new LocalHost().run(new HostCommand(DEADLINE, argv))
        instanceof Exited(int code, String out, String errors)) {
      return new Told(code, out + errors);
    }
    throw new AssertionError("no answer: " + String.join(" ", argv));
  }
}
