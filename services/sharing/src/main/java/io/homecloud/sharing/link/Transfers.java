package io.homecloud.sharing.link;

import io.homecloud.control.problem.CommonProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What guests are fetching and bringing just now: it ends when their link is taken back, or when
 * who made it may not do so any more. What was begun before a link expires is brought to its end.
 */
final class Transfers {
  private static final int PIECE = 1 << 16;

  private final Map<UUID, Set<Transfer>> running = new ConcurrentHashMap<>();

  /** One of them. */
  final class Transfer implements AutoCloseable {
    private final UUID link;
    private volatile boolean ended;

    private Transfer(UUID link) {
      this.link = link;
    }

    /** Refuses to pass anything on when the link has ended meanwhile. */
    void requireOpen() {
      if (ended) {
        throw ended();
      }
    }

    /** Passes everything on, as long as the link lasts. */
    void copy(InputStream in, OutputStream out) throws IOException {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        requireOpen();
        out.write(piece, 0, read);
      }
      requireOpen();
    }

    @Override
    public void close() {
      running.computeIfPresent(
          link,
          (_, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** What is told to who comes for a link that has ended. */
  static RuntimeException ended() {
    return CommonProblem.NOT_FOUND.because("The link opens nothing, or not any more.");
  }

  Transfer begin(UUID link) {
    Transfer transfer = new Transfer(link);
    running.compute(
        link,
        (_, all) -> {
          Set<Transfer> more = all == null ? ConcurrentHashMap.newKeySet() : all;
          more.add(transfer);
          return more;
        });
    return transfer;
  }

  /** Links of which there are any in this process. */
  Set<UUID> links() {
    return Set.copyOf(running.keySet());
  }

  /** Ends all of a link. */
  void end(UUID link) {
    running.getOrDefault(link, Set.of()).forEach(transfer -> transfer.ended = true);
  }
}
