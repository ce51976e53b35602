package io.homecloud.storage.files.http;

import io.homecloud.storage.files.UploadSource;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to the disk. The event loop fills one half of the memory while
 * the other is written, and wakes the writer for much, not for each buffer that the network brings:
 * with the InputStream of quarkus-rest both slept and woke sixteen times for each MiB.
 */
final class ArrivingBody implements UploadSource, AutoCloseable {
  private static final int HALF_BYTES = 1 << 19;
  // of a client that is silent for so long nothing more is expected; as quarkus.http.read-timeout
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  // a slow client's bytes are written as often as this
  private static final Duration GATHERING = Duration.ofSeconds(2);

  private final HttpServerRequest request;
  private final Arena memory = Arena.ofShared();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition enough = lock.newCondition();
  private final int wanted;
  private ByteBuffer filling;
  private ByteBuffer handedOut;
  // what did not fit; while there is some, nothing more is asked for. It can be more than one
  // piece:
  // when the connection ends, all that it held comes at once, asked for or not
  private final Deque<ByteBuf> waiting = new ArrayDeque<>();
  private boolean full;
  private boolean ended;
  private boolean closed;
  private @Nullable Throwable broken;

  /**
   * Begins to receive. For a thread that may wait, in the context of the request.
   *
   * @param expected how many bytes it has, -1 when nobody knows
   */
  ArrivingBody(HttpServerRequest request, long expected) {
    this.request = request;
    int half = expected < 0 ? HALF_BYTES : Math.clamp(expected, 1, HALF_BYTES);
    this.wanted = (half + 1) / 2;
    this.filling = memory.allocate(half).asByteBuffer();
    this.handedOut = memory.allocate(half).asByteBuffer();
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("no request is under way in this thread");
    }
    context.runOnContext(_ -> receive());
  }

  private void receive() {
    if (request.response().closed()) {
      end(new ClosedChannelException());
      return;
    }
    if (request.isEnded()) {
      end(null);
      return;
    }
    request.pause();
    request.exceptionHandler(this::end);
    request.endHandler(_ -> end(null));
    request.handler(this::take);
    if (HttpHeaderValues.CONTINUE
        .toString()
        .equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    request.fetch(1);
  }

  @SuppressWarnings("deprecation") // the one way to the bytes without a copy of them
  private void take(Buffer buffer) {
    ByteBuf bytes = buffer.getByteBuf();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      waiting.add(bytes);
      fill();
      if (filling.position() >= wanted) {
        enough.signal();
      }
      if (full) {
        return;
      }
    } finally {
      lock.unlock();
    }
    request.fetch(1);
  }

  private void fill() {
    while (filling.hasRemaining() && !waiting.isEmpty()) {
      ByteBuf bytes = waiting.getFirst();
      int fitting = Math.min(bytes.readableBytes(), filling.remaining());
      filling.put(bytes.nioBuffer(bytes.readerIndex(), fitting));
      bytes.skipBytes(fitting);
      if (!bytes.isReadable()) {
        waiting.removeFirst();
      }
    }
    full = !filling.hasRemaining();
  }

  private void end(@Nullable Throwable failure) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        broken = failure;
        enough.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable MemorySegment next() throws IOException {
    boolean askForMore;
    lock.lock();
    try {
      await();
      if (filling.position() == 0) {
        return nothing();
      }
      ByteBuffer next = filling;
      filling = handedOut.clear();
      handedOut = next.flip();
      boolean wasFull = full;
      fill();
      askForMore = wasFull && !full;
    } finally {
      lock.unlock();
    }
    if (askForMore) {
      request.fetch(1);
    }
    return MemorySegment.ofBuffer(handedOut);
  }

  /** For much, for the end, or, of a slow client, for whatever came in time. */
  private void await() throws InterruptedIOException {
    long silent = 0;
    try {
      while (filling.position() < wanted && !ended && silent < PATIENCE.toNanos()) {
        boolean woken = enough.await(GATHERING.toNanos(), TimeUnit.NANOSECONDS);
        if (!woken && filling.position() > 0) {
          return;
        }
        silent += GATHERING.toNanos();
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.getMessage());
    }
  }

  private @Nullable MemorySegment nothing() throws IOException {
    if (broken != null) {
      throw new IOException(broken);
    }
    if (ended) {
      return null;
    }
    request.connection().close();
    throw new IOException("The client was silent for " + PATIENCE.toSeconds() + " s.");
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    memory.close();
  }
}
