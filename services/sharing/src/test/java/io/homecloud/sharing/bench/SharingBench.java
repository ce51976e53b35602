package io.homecloud.sharing.bench;

import io.homecloud.sharing.bench.TransferFigures.Served;
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
      List.of("smb", "nfs", "nfs4", "webdav", "late", "ready", "rest", "memory");
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
        transfers(disks, house, List.of("smb", "nfs", "nfs4", "webdav"));
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
      if (wanted("late")) {
        Path disk = disks.disk(DISK);
        try (App app = new App(disks, "late", disk, "env", "HOMECLOUD_WEBDAV_DURABLE=false")) {
          House house = new House(app, PASSWORD);
          house.share("webdav", Protocol.WEBDAV);
          transfers(disks, house, List.of("late"));
        }
      }
    }
    report.end();
  }

  private void transfers(LoopDisks disks, House house, List<String> ways) throws Exception {
    List<String> wished = ways.stream().filter(this::wanted).toList();
    if (wished.isEmpty()) {
      return;
    }
    TransferFigures figures = new TransferFigures(disks.directory(), quick ? 3 : 5);
    try (BareServers bare = new BareServers(Scratch.likeThePool(disks, DISK), PASSWORD)) {
      for (String way : wished) {
        Protocol protocol = protocol(way);
        String share = word(protocol);
        Path ours = house.directory(share);
        Path theirs = bare.files(protocol);
        String tool = server(protocol) + " by hand";
        if (way.equals("nfs4")) {
          // Of many small files its client and Ganesha by hand now and then disagree which request
          // was answered (NFS4ERR_RETRY_UNCACHED_REP).
          Served mine = new Served(house.nfs4(share), ours, false);
          figures.large(report, way, mine, new Served(bare.startNfs4(), theirs, false), tool, 1);
        } else {
          figures.measure(
              report,
              way.equals("late") ? "webdav, not durable" : way,
              new Served(house.client(protocol, share), ours, false),
              new Served(bare.start(protocol), theirs, way.equals("webdav")),
              tool,
              protocol == Protocol.WEBDAV ? 0.95 : 1);
        }
      }
    }
  }

  private static Protocol protocol(String way) {
    return switch (way) {
      case "smb" -> Protocol.SMB;
      case "nfs", "nfs4" -> Protocol.NFS;
      default -> Protocol.WEBDAV;
    };
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
