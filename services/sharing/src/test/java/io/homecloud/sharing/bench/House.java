package io.homecloud.sharing.bench;

import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.testkit.bench.App;
import java.nio.file.Path;
import java.util.Locale;

/** Homecloud with one account and one volume, asked over HTTP; at the ports that clients expect. */
final class House {
  private static final String ROOT = "/api/sharing/v1/";
  private static final String ACCOUNT = "alice";
  private static final String VOLUME = "files";
  private static final int MOUNT_PORT = 20_048;

  private final App app;
  private final Path volume;
  private final Client.Who who;

  House(App app, String password) throws Exception {
    this.app = app;
    who = new Client.Who(ACCOUNT, password);
    volume = app.volume(VOLUME);
    app.made(ROOT + "accounts", ACCOUNT, "{}");
    app.put(ROOT + "accounts/" + ACCOUNT + "/password", "{'password':'%s'}".formatted(password));
  }

  /** A share of a directory of its name, by that protocol alone; returns when it is ready. */
  void share(String name, Protocol protocol) throws Exception {
    app.made(
        ROOT + "shares",
        name,
        "{'volume':'%s','path':'%s','protocols':['%s'],'access':[{'account':'%s','level':'write'}]%s}"
            .formatted(
                VOLUME,
                name,
                protocol.name().toLowerCase(Locale.ROOT),
                ACCOUNT,
                protocol == Protocol.NFS
                    ? ",'nfs':{'clients':['127.0.0.0/8'],'as':'%s'}".formatted(ACCOUNT)
                    : ""));
  }

  Client client(Protocol protocol, String share) {
    return switch (protocol) {
      case SMB -> new SmbClient(ListenPort.SMB.wished(), share, who);
      case NFS -> new NfsClient(ListenPort.NFS.wished(), MOUNT_PORT, share);
      case WEBDAV -> new DavClient(ListenPort.HTTPS.wished(), "/dav/" + share + "/", who);
    };
  }

  Client nfs4(String share) {
    return new Nfs4Client(ListenPort.NFS.wished(), share);
  }

  Path directory(String share) {
    return volume.resolve(share);
  }

  long process() {
    return app.process();
  }
}
