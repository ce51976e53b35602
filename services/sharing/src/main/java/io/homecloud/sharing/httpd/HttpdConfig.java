package io.homecloud.sharing.httpd;

import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.tls.ServerCertificate;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole of httpd.conf. Nothing in it depends on shares or people.
 *
 * @param port where it listens
 * @param pem file with certificate and key
 */
record HttpdConfig(
    OwnDirectory own,
    Optional<InetAddress> address,
    int port,
    Optional<URI> front,
    Map<String, URI> others,
    boolean durable,
    ServerCertificate certificate,
    Path pem) {
  /**
   * @param token httpd answers to it at {@code /-/<token>} once it serves by this text
   */
  record Rendered(String text, String token, int port, ServerCertificate certificate, Path pem) {}

  Rendered render() throws Unspeakable {
    String root = ConfigText.path(own.root());
    StringBuilder body = new StringBuilder("# Written by homecloud; changes are put right.\n");
    body.append(ConfigTemplate.MODULES);
    if (front.isPresent()) {
      body.append(ConfigTemplate.PROXY_MODULES);
    }
    body.append(ConfigTemplate.SERVER.formatted(listen(), root, ConfigText.path(pem)));
    body.append(ConfigTemplate.DAV.formatted(root, AddressBeginning.PATTERN));
    if (durable) {
      body.append(ConfigTemplate.DURABLE.formatted(root));
    }
    if (certificate.authority().isPresent()) {
      body.append(ConfigTemplate.AUTHORITY.formatted(root));
    }
    if (front.isPresent()) {
      body.append(ConfigTemplate.FRONT_HEAD.formatted(port));
      new TreeMap<>(others)
          .forEach((path, url) -> body.append(ConfigTemplate.OTHER.formatted(path, url)));
      body.append(ConfigTemplate.FRONT.formatted(front.get()));
      if (others.isEmpty() && !front.get().getAuthority().startsWith("[")) {
        body.append(ConfigTemplate.FROM_LOOPBACK);
      }
    }
    String token = hash(body.toString());
    return new Rendered(
        body + ConfigTemplate.TOKEN.formatted(token), token, port, certificate, pem);
  }

  private String listen() {
    return address
            .map(InetAddress::getHostAddress)
            .map(a -> (a.contains(":") ? "[" + a + "]" : a) + ":")
            .orElse("")
        + port;
  }

  static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
