package io.homecloud.storage.blkid;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.HostResult.NotInstalled;
import io.homecloud.host.HostResult.TimedOut;
import io.homecloud.storage.disk.ContentProbe;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.DiskContent.Blank;
import io.homecloud.storage.disk.DiskContent.Unreadable;
import io.homecloud.storage.disk.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Asks blkid, past its cache. */
public final class BlkidContentProbe implements ContentProbe {
  /** A disk that sleeps needs ten seconds to answer, one that is dying a minute. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private static final int FOUND = 0;
  private static final int NOTHING_FOUND = 2;
  private static final int AMBIVALENT = 8;

  /** Nearly all signatures are within the first bytes, those of RAIDs in the last. */
  private static final int SIGNATURES = 128 * 1024;

  private final Host host;

  public BlkidContentProbe(Host host) {
    this.host = host;
  }

  /**
   * blkid gives up in silence, as if nothing were there, when it cannot read one of the places
   * where it looks. A disk with files whose end is broken must not be taken for a blank one.
   */
  @Override
  public DiskContent probe(Path node) {
    DiskContent content = ask(node, List.of());
    if (!(content instanceof Blank)) {
      return content;
    }
    try (FileChannel disk = FileChannel.open(node, StandardOpenOption.READ)) {
      readable(disk, 0);
      try {
        readable(disk, Math.max(0, disk.size() - SIGNATURES));
        return content;
      } catch (IOException brokenEnd) {
        DiskContent start = ask(node, List.of("--size", String.valueOf(disk.size() / 2)));
        return start instanceof Blank ? unreadable(brokenEnd) : start;
      }
    } catch (IOException e) {
      return unreadable(e);
    }
  }

  private DiskContent ask(Path node, List<String> options) {
    List<String> argv =
        Stream.of(List.of("blkid", "-p", "-o", "udev"), options, List.of("--", node.toString()))
            .flatMap(List::stream)
            .toList();
    return switch (host.run(new HostCommand(DEADLINE, argv.toArray(String[]::new)))) {
      case Exited(int code, String output, _) when code == FOUND || code == AMBIVALENT ->
          BlkidParser.parse(output);
      // The same code says "nothing there" and "could not open"; only the latter says why.
      case Exited(int code, _, String error) when code == NOTHING_FOUND && error.isBlank() ->
          new Blank();
      case Exited(int code, _, String error) ->
          new Unreadable(error.isBlank() ? "blkid ended with " + code : Printable.of(error));
      case TimedOut(HostCommand late) ->
          new Unreadable("no answer in " + late.deadline().toSeconds() + " s");
      case NotInstalled(String program) -> new Unreadable(program + " is not installed");
    };
  }

  private static void readable(FileChannel disk, long from) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIGNATURES);
    while (bytes.hasRemaining() && disk.read(bytes, from + bytes.position()) >= 0) {
      // A smaller disk just ends.
    }
  }

  private static Unreadable unreadable(IOException e) {
    return new Unreadable(Printable.of(String.valueOf(e.getMessage())));
  }
}
