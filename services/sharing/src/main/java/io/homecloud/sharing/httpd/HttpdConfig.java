package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.tls.ServerCertificate;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole of httpd.conf.
 *
 * @param port where it listens
 */
record HttpdConfig(
    OwnDirectory own,
    Optional<InetAddress> address,
    int port,
    OptionalInt front,
    ServerCertificate certificate,
    List<ServedShare> shares) {
  private static final String READING = "Require method GET HEAD OPTIONS PROPFIND REPORT";

  HttpdConfig {
    shares = shares.stream().sorted(Comparator.comparing(ServedShare::name)).toList();
  }

  /**
   * @param token httpd answers to it at {@code /-/<token>} once it serves by this text
   */
  record Rendered(String text, String token, int port, ServerCertificate certificate) {}

  Rendered render() throws Unspeakable {
    StringBuilder body = new StringBuilder("# Written by homecloud; changes are put right.\n");
    body.append("# Certificate ").append(certificate.fingerprint()).append('\n');
    body.append(ConfigTemplate.MODULES);
    if (front.isPresent()) {
      body.append(ConfigTemplate.PROXY_MODULES);
    }
    String listen =
        address.map(a -> a.getHostAddress().contains(":") ? "[" + a.getHostAddress() + "]" : a.getHostAddress())
            .map(a -> a + ":" + port)
            .orElse(Integer.toString(port));
    body.append(ConfigTemplate.SERVER.formatted(listen, ConfigText.words(own.root())));
    body.append(ConfigTemplate.DAV.formatted(ConfigText.words(own.root())));
    homesListed(body);
    for (ServedShare share : shares) {
      share(body, share);
    }
    body.append(ConfigTemplate.INDEX.formatted(ConfigText.words(own.root())));
    if (certificate.authority().isPresent()) {
      body.append(ConfigTemplate.AUTHORITY.formatted(ConfigText.words(own.root())));
    }
    if (front.isPresent()) {
      body.append(ConfigTemplate.FRONT.formatted(front.getAsInt(), port));
    }
    String token = hash(body.toString());
    return new Rendered(
        body + ConfigTemplate.TOKEN.formatted(token), token, port, certificate);
  }

  private void homesListed(StringBuilder body) throws Unspeakable {
    for (ServedShare share : shares) {
      if (!share.homes().isEmpty()) {
        body.append(ConfigTemplate.HOMES.formatted(share.name(), ConfigText.words(own.root())));
      }
    }
  }

  private static void share(StringBuilder body, ServedShare share) throws Unspeakable {
    String url = "/dav/" + share.name();
    body.append("\n# ").append(share.uid()).append('\n');
    if (share.homes().isEmpty()) {
      if (share.snapshots() != null) {
        alias(body, url + "/.snapshots", share.snapshots());
      }
      alias(body, url, share.root());
      location(body, url, share, "");
      if (share.snapshots() != null) {
        body.append("<Location \"%s/.snapshots\">\n  <RequireAll>\n".formatted(url));
        body.append("    ").append(READING).append('\n');
        body.append("    ").append(reader(share)).append("\n  </RequireAll>\n</Location>\n");
      }
    }
    SortedMap<Name, Path> homes = new TreeMap<>(share.homes());
    for (var home : homes.entrySet()) {
      alias(body, url + "/" + home.getKey(), home.getValue());
      location(body, url + "/" + home.getKey(), share, "Require user " + home.getKey());
    }
  }

  private static void alias(StringBuilder body, String url, Path directory) throws Unspeakable {
    body.append("Alias \"%s\" %s\n".formatted(url, ConfigText.path(directory)));
  }

  /**
   * @param owner what is asked for besides the level; empty for nothing
   */
  private static void location(StringBuilder body, String url, ServedShare share, String owner) {
    body.append("<Location \"").append(url).append("\">\n  Dav On\n");
    body.append(owner.isEmpty() ? "" : "  <RequireAll>\n  " + owner + "\n");
    body.append("  <RequireAny>\n");
    if (!share.readOnly()) {
      body.append("    ").append(writer(share)).append('\n');
    }
    body.append("    <RequireAll>\n      ").append(READING).append("\n      ");
    body.append(owner.isEmpty() ? reader(share) : member(share, Level.READ));
    body.append("\n    </RequireAll>\n  </RequireAny>\n");
    body.append(owner.isEmpty() ? "" : "  </RequireAll>\n").append("</Location>\n");
  }

  private static String reader(ServedShare share) {
    return share.guests() == Level.NONE ? member(share, Level.READ) : "Require all granted";
  }

  private static String writer(ServedShare share) {
    return share.guests() == Level.WRITE && share.homes().isEmpty()
        ? "Require all granted"
        : member(share, Level.WRITE);
  }

  private static String member(ServedShare share, Level level) {
    return "Require group " + AccessFiles.group(share.name(), level);
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
