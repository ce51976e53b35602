package io.homecloud.storage.btrfs.stream;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * The kernel's own send: what has to be done to one read-only snapshot to get another, as a stream
 * without file data (BTRFS_IOC_SEND of linux/btrfs.h, the call beneath {@code btrfs send --no-data
 * -p}). No program is started; a thread sits in the call and this is the other end of its pipe.
 *
 * <p>While it runs the kernel refuses to delete the two snapshots; {@link #close} returns when it
 * has let go of them.
 */
public final class KernelSend implements AutoCloseable {
  private static final long BTRFS_IOC_SEND = 0x40489426L;
  private static final long BTRFS_IOC_GET_SUBVOL_INFO = 0x81F8943CL;
  private static final int SEND_ARGS = 72;
  private static final int SUBVOL_INFO = 504;
  private static final int FLAGS_AT = 288;
  private static final long READ_ONLY = 1;
  private static final long NO_FILE_DATA = 1;
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int PIPE = 1 << 20;

  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final LibcCall PIPE2 = LibcCall.of("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final LibcCall FCNTL =
      LibcCall.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

  private final Descriptor parent;
  private final Descriptor snapshot;
  private final PipeInput input;
  private final CompletableFuture<Long> answer = new CompletableFuture<>();

  private KernelSend(
      Descriptor parent, Descriptor snapshot, Descriptor pipe, BooleanSupplier cancelled) {
    this.parent = parent;
    this.snapshot = snapshot;
    this.input = new PipeInput(pipe, answer, cancelled);
  }

  /**
   * Begins to send.
   *
   * @param parent the top directory of the read-only snapshot to begin from
   * @param snapshot the top directory of the read-only snapshot to get to
   * @param cancelled asked while nothing arrives; then reading throws {@link
   *     java.util.concurrent.CancellationException}
   * @return refused with {@code SNAPSHOT_NOT_FOUND} when one is no snapshot that is read-only
   */
  public static Outcome<KernelSend> begin(Path parent, Path snapshot, BooleanSupplier cancelled) {
    return readOnly(parent)
        .then(from -> {
          Outcome<Subvolume> to = readOnly(snapshot);
          if (to instanceof Outcome.Done<Subvolume>(Subvolume target)) {
            return new Outcome.Done<>(begin(from, target, cancelled));
          }
          from.directory().close();
          return ((Outcome.Refused<Subvolume>) to).as();
        });
  }

  private static KernelSend begin(Subvolume from, Subvolume to, BooleanSupplier cancelled) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(8, 4);
      check(PIPE2.call(ends, FileCalls.O_CLOEXEC), "pipe");
      Descriptor read = new Descriptor(ends.get(JAVA_INT, 0));
      Descriptor write = new Descriptor(ends.get(JAVA_INT, 4));
      check(FCNTL.call(read.number(), F_SETFL, FileCalls.O_NONBLOCK), "pipe");
      // A bigger pipe saves switching between the two threads; a smaller one is no failure.
      FCNTL.call(write.number(), F_SETPIPE_SZ, PIPE);
      KernelSend send = new KernelSend(from.directory(), to.directory(), read, cancelled);
      Thread.ofPlatform()
          .daemon()
          .name("btrfs send")
          .start(() -> send.answer.complete(send(to.directory(), write, from.id())));
      return send;
    }
  }

  private static long send(Descriptor snapshot, Descriptor write, long parentId) {
    try (Arena arena = Arena.ofConfined();
        write) {
      MemorySegment arguments = arena.allocate(SEND_ARGS, 8);
      arguments.set(JAVA_LONG, 0, write.number());
      arguments.set(JAVA_LONG, 24, parentId);
      arguments.set(JAVA_LONG, 32, NO_FILE_DATA);
      return IOCTL.call(snapshot.number(), BTRFS_IOC_SEND, arguments);
    }
  }

  private record Subvolume(Descriptor directory, long id) {}

  private static Outcome<Subvolume> readOnly(Path path) {
    byte[] bytes = path.toAbsolutePath().toString().getBytes(UTF_8);
    long opened =
        FileCalls.open(
            Descriptor.AT_FDCWD, bytes, FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW, 0, 0);
    if (opened < 0) {
      return new Outcome.Refused<>(
          StorageError.SNAPSHOT_NOT_FOUND, path + ": " + Errno.of(opened).text());
    }
    Descriptor directory = new Descriptor(opened);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SUBVOL_INFO, 8);
      long answer = IOCTL.call(directory.number(), BTRFS_IOC_GET_SUBVOL_INFO, info);
      if (answer >= 0 && (info.get(JAVA_LONG, FLAGS_AT) & READ_ONLY) != 0) {
        return new Outcome.Done<>(new Subvolume(directory, info.get(JAVA_LONG, 0)));
      }
      directory.close();
      return new Outcome.Refused<>(
          StorageError.SNAPSHOT_NOT_FOUND, path + " is no read-only snapshot of a btrfs volume");
    }
  }

  /** The stream, for {@link SendStreamReader}. */
  public InputStream input() {
    return input;
  }

  /**
   * How the kernel ended it, waited for: 0, or the negative {@link Errno} number. To be asked when
   * the stream ended, at its {@link SendCommand.End} or before.
   */
  public long answer() {
    return answer.join();
  }

  /** Ends it; the kernel stops when it next has something to say. */
  @Override
  public void close() {
    input.close();
    answer.join();
    parent.close();
    snapshot.close();
  }

  private static void check(long answer, String what) {
    if (answer < 0) {
      throw new StorageFailure(what + ": " + Errno.of(answer).text());
    }
  }
}
