package io.homecloud.sharing.httpd;

import io.homecloud.sharing.serving.ListenPort;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where httpd runs.
 *
 * @param directory its own: configuration, locks, whom it knows; what is in it is ours alone
 * @param port of HTTPS
 * @param address what it listens on; empty for all addresses
 * @param front homecloud's own HTTP port on the loopback, to which everything goes that is not
 *     WebDAV; empty when there is only WebDAV
 * @param durable whether what was answered is there after a power cut
 */
public record HttpdSettings(
    Path directory,
    ListenPort port,
    Optional<InetAddress> address,
    OptionalInt front,
    boolean durable) {
  public HttpdSettings {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + directory);
    }
  }
}
