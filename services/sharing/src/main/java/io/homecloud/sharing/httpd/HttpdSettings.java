package io.homecloud.sharing.httpd;

import io.homecloud.sharing.serving.ListenPort;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where httpd runs.
 *
 * @param directory its own: configuration, locks, whom it knows; what is in it is ours alone
 * @param port of HTTPS
 * @param address what it listens on; empty for all addresses
 * @param front where homecloud answers by HTTP on this machine, with a slash at its end: everything
 *     goes there that is not WebDAV; empty when there is only WebDAV
 * @param others what below that is another process: paths, and where they are
 * @param durable whether what was answered is there after a power cut
 */
public record HttpdSettings(
    Path directory,
    ListenPort port,
    Optional<InetAddress> address,
    Optional<URI> front,
    Map<String, URI> others,
    boolean durable) {
  public HttpdSettings {
    others = Map.copyOf(others);
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + directory);
    }
  }
}
