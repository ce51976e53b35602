package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.testkit.FreePort;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    settings.put("HOMECLOUD_SMB_PORT", Integer.toString(FreePort.find()));
    settings.put("HOMECLOUD_NFS_PORT", Integer.toString(FreePort.find()));
    settings.put("HOMECLOUD_HTTPS_PORT", Integer.toString(FreePort.find()));
    return settings;
  }

  /** Wishes for a share of a new volume; where that is. */
  static Path served(String name, String account, String more) {
    Path volume = volume("home", name);
    share(
            name,
            """
            {'volume':'%s','path':'all','protocols':['smb','nfs','webdav'],%s\
            'access':[{'account':'%s','level':'write'}],'nfs':{'clients':['127.0.0.0/8'],'as':'%s'}}\
            """
                .formatted(name, more, account, account))
        .statusCode(201);
    return volume.resolve("all");
  }

  static Path scratch(String name) {
    return ShareHouse.disks().directory().resolve(name);
  }

  /** What a client reads. */
  static String read(HouseClient client, Protocol protocol, String path) throws IOException {
    Path file = scratch("read");
    Files.deleteIfExists(file);
    HouseClient.Told told = client.get(protocol, path, file);
    assertThat(told.done()).as("%s over %s: %s", path, protocol, told).isTrue();
    return Files.readString(file);
  }

  /** A file of 32 MiB. */
  static Path zeros() throws IOException {
    return Files.write(scratch("zeros"), new byte[32 << 20]);
  }

  @Override
  public void stop() {
    house.stop();
  }
}
