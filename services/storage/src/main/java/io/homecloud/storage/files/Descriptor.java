package io.homecloud.storage.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor of the kernel. Close it exactly as any other resource. */
public final class Descriptor implements AutoCloseable {
  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  Descriptor(int number) {
    this.number = number;
  }

  /** For system calls, while it is open. */
  public int number() {
    if (closed.get()) {
      // the number may belong to another file by now
      throw new IllegalStateException("closed");
    }
    return number;
  }

  /** A path for java.nio that leads to this very inode, wherever it is moved meanwhile. */
  public Path path() {
    return Path.of("/proc/self/fd/" + number());
  }

  /** The same inode, opened again; only what was found to be a file. */
  Descriptor again(Opening opening) throws FileRefused {
    return Kernel.open(null, path().toString().getBytes(StandardCharsets.US_ASCII), opening);
  }

  /** A new channel to read the file; only for what was found to be a file. */
  FileChannel channel() throws IOException {
    return FileChannel.open(path(), StandardOpenOption.READ);
  }

  /** Runs it and, when it fails, closes this. */
  <T> T orClose(FileRefused.Attempt<T> attempt) throws FileRefused {
    boolean done = false;
    try {
      T value = attempt.run();
      done = true;
      return value;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Kernel.close(number);
    }
  }
}
