package io.homecloud.sharing.share;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;

/** A house with the servers of an installation, at ports that nobody has. */
public final class RealServersHouse implements QuarkusTestResourceLifecycleManager {
  private final ShareHouse house = new ShareHouse();

  @Override
  public Map<String, String> start() {
    Map<String, String> settings = new HashMap<>(house.start());
    settings.put(TestSharing.REAL, "true");
    settings.put("HOMECLOUD_HOST", "localhost");
    settings.put("HOMECLOUD_SMB_PORT", freePort());
    settings.put("HOMECLOUD_NFS_PORT", freePort());
    settings.put("HOMECLOUD_HTTPS_PORT", freePort());
    return settings;
  }

  private static String freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    house.stop();
  }
}
