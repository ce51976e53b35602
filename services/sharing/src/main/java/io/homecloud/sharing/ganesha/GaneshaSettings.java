package io.homecloud.sharing.ganesha;

import io.homecloud.sharing.serving.ListenPort;
import java.nio.file.Path;
import java.util.List;

/**
 * Where Ganesha runs.
 *
 * @param directory its own: configuration, state of clients, mounts; what is in it is ours alone
 * @param port of NFS itself
 * @param mountPort of the MOUNT protocol, which NFS 3 begins with; any port when that is taken
 * @param address what it listens on; empty for all addresses
 * @param portmapper socket of rpcbind, which tells clients of NFS 3 where the protocols are
 * @param enclosure words put before each of its programs, such as those that enter a namespace;
 *     usually none
 */
public record GaneshaSettings(
    Path directory,
    ListenPort port,
    ListenPort mountPort,
    String address,
    Path portmapper,
    List<String> enclosure) {
  private static final Path SYSTEM_PORTMAPPER = Path.of("/run/rpcbind.sock");

  public GaneshaSettings {
    enclosure = List.copyOf(enclosure);
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("not an absolute path: " + directory);
    }
  }

  /** On the machine itself, at the ports that clients expect. */
  public GaneshaSettings(Path directory) {
    this(directory, ListenPort.NFS, new ListenPort(20048, 0), "", SYSTEM_PORTMAPPER, List.of());
  }
}
