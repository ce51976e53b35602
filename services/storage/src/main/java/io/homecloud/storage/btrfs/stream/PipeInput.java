package io.homecloud.storage.btrfs.stream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The reading end of a pipe that the kernel fills with small pieces. It is emptied every few
 * milliseconds instead of being woken by each piece: of a short stream, waking was a tenth of the
 * time.
 */
final class PipeInput extends InputStream {
  private static final long PAUSE_MILLIS = 2;
  private static final int BUFFER = 256 * 1024;

  private final Descriptor pipe;
  private final CompletableFuture<Long> ended;
  private final BooleanSupplier cancelled;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private int at;
  private int end;
  private boolean closed;

  /**
   * @param pipe does not block
   * @param ended done when nobody writes any more
   */
  PipeInput(Descriptor pipe, CompletableFuture<Long> ended, BooleanSupplier cancelled) {
    this.pipe = pipe;
    this.ended = ended;
    this.cancelled = cancelled;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    MemorySegment.copy(buffer, JAVA_BYTE, at, into, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    long got = ContentCalls.read(pipe.number(), buffer);
    while (Errno.EAGAIN.is(got)) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("asked to stop");
      }
      pause();
      got = ContentCalls.read(pipe.number(), buffer);
    }
    if (got < 0) {
      throw new IOException("reading the send stream: " + Errno.of(got).text());
    }
    at = 0;
    end = (int) got;
    return got > 0;
  }

  /** Until it ended, or for a moment. */
  private void pause() throws IOException {
    try {
      ended.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException stillWriting) {
      // The usual case: there will be something to read now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pipe.close();
      arena.close();
    }
  }
}
