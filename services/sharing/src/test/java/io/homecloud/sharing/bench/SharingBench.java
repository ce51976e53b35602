package io.homecloud.sharing.bench;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The figures of sharing as one table: the packaged application on a scratch disk, each protocol
 * against the same server configured by hand, in the same run. Arguments choose parts; {@code
 * --short} takes fewer runs and rests for a minute.
 */
public final class SharingBench {
  private static final List<String> PARTS =
      List.of("smb", "nfs", "webdav", "ready", "rest", "memory");
  private static final long DISK = 8L << 30;
  private static final String PASSWORD = "correct-horse-42";
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final Set<String> parts;
  private final boolean quick;
  private final Report report = new Report();

  private SharingBench(Set<String> parts, boolean quick) {
    this.parts = parts;
    this.quick = quick;
  }

  public static void main(String... arguments) throws Exception {
    Set<String> chosen = new TreeSet<>(List.of(arguments));
    boolean quick = chosen.remove("--short");
    if (!PARTS.containsAll(chosen)) {
      System.err.println("the parts are " + String.join(", ", PARTS) + "; --short takes less time");
      System.exit(2);
    }
    new SharingBench(chosen.isEmpty() ? Set.copyOf(PARTS) : chosen, quick).measure();
  }

  private boolean wanted(String part) {
    return parts.contains(part);
  }

  private void measure() throws Exception {
    System.out.println(Report.machine() + "\n");
    try (LoopDisks disks = new LoopDisks()) {
      try (App app = new App(disks, "data", disks.disk(DISK))) {
        House house = new House(app, PASSWORD);
        RestFigures rest = new RestFigures(house);
        for (Protocol protocol : Protocol.values()) {
          house.share(word(protocol), protocol);
        }
        transfers(disks, house);
        if (wanted("ready")) {
          for (Protocol protocol : Protocol.values()) {
            new ReadyFigures(house).measure(report, protocol);
          }
        }
        if (wanted("memory")) {
          rest.memory(report);
        }
        if (wanted("rest")) {
          Thread.sleep(SETTLE);
          rest.rest(report, Duration.ofMinutes(quick ? 1 : 5));
        }
      }
    }
    report.end();
  }

  private void transfers(LoopDisks disks, House house) throws Exception {
    List<Protocol> wished =
        List.of(Protocol.values()).stream().filter(p -> wanted(word(p))).toList();
    if (wished.isEmpty()) {
      return;
    }
    Path scratch = disks.directory();
    TransferFigures figures = new TransferFigures(scratch, quick ? 3 : 5);
    try (BareServers bare = new BareServers(Scratch.likeThePool(disks, DISK), PASSWORD)) {
      for (Protocol protocol : wished) {
        String share = word(protocol);
        figures.measure(
            report,
            share,
            new TransferFigures.Served(house.client(protocol, share), house.directory(share)),
            new TransferFigures.Served(bare.start(protocol), bare.files(protocol)),
            server(protocol) + " by hand",
            protocol == Protocol.WEBDAV ? 0.95 : 1);
      }
    }
  }

  private static String word(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }

  private static String server(Protocol protocol) {
    return switch (protocol) {
      case SMB -> "smbd";
      case NFS -> "Ganesha";
      case WEBDAV -> "httpd";
    };
  }
}
