package io.homecloud.sharing.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/**
 * One connection by libnfs (nfsc/libnfs.h), one request after the other. Its programs make a
 * connection for each file.
 */
@SuppressWarnings("restricted") // calling C is what this class is for
final class LibNfs implements AutoCloseable {
  private static final SymbolLookup LIBRARY = library();
  private static final MethodHandle INIT = call("nfs_init_context", ADDRESS);
  private static final MethodHandle PARSE =
      call("nfs_parse_url_dir", ADDRESS.withTargetLayout(layout()), ADDRESS, ADDRESS);
  private static final MethodHandle MOUNT = call("nfs_mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle UMOUNT = call("nfs_umount", JAVA_INT, ADDRESS);
  private static final MethodHandle DESTROY =
      Linker.nativeLinker()
          .downcallHandle(
              LIBRARY.findOrThrow("nfs_destroy_context"), FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle ERROR = call("nfs_get_error", ADDRESS, ADDRESS);
  private static final MethodHandle CREATE =
      call("nfs_creat", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle OPEN =
      call("nfs_open", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle WRITE =
      call("nfs_write", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle READ =
      call("nfs_read", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle CLOSE = call("nfs_close", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle OPEN_DIRECTORY =
      call("nfs_opendir", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final int RIGHTS = 0644;

  private final Arena memory = Arena.ofConfined();
  private final MemorySegment context;

  /** Mounts what the URL says. */
  LibNfs(String url) throws IOException {
    context = address(INIT);
    MemorySegment parsed = address(PARSE, context, memory.allocateFrom(url));
    if (parsed.address() == 0) {
      throw new IOException(url + ": " + error());
    }
    must(
        MOUNT,
        context,
        parsed.get(ADDRESS, 0), // server
        parsed.get(ADDRESS, ADDRESS.byteSize())); // path
  }

  /** A file that is open at the server. */
  final class Opened implements AutoCloseable {
    private final MemorySegment handle;

    private Opened(MemorySegment handle) {
      this.handle = handle;
    }

    /**
     * @param block direct
     */
    void write(ByteBuffer block) throws IOException {
      long length = block.remaining();
      if (must(WRITE, context, handle, length, MemorySegment.ofBuffer(block)) != length) {
        throw new IOException("not all was written");
      }
    }

    /**
     * @param block direct
     * @return false at the end
     */
    boolean read(ByteBuffer block) throws IOException {
      int length =
          must(READ, context, handle, (long) block.remaining(), MemorySegment.ofBuffer(block));
      block.position(length);
      return length > 0;
    }

    @Override
    public void close() throws IOException {
      int _ = must(CLOSE, context, handle);
    }
  }

  Opened create(String path) throws IOException {
    return opened(CREATE, path, RIGHTS);
  }

  /** To be read. */
  Opened open(String path) throws IOException {
    return opened(OPEN, path, 0);
  }

  private Opened opened(MethodHandle call, String path, int word) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      must(call, context, arena.allocateFrom(path), word, handle);
      return new Opened(handle.get(ADDRESS, 0));
    }
  }

  /** Reads a directory. */
  void look(String path) throws IOException {
    must(OPEN_DIRECTORY, context, memory.allocateFrom(path), memory.allocate(ADDRESS));
  }

  @Override
  public void close() throws IOException {
    try (memory) {
      must(UMOUNT, context);
      DESTROY.invoke(context);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private int must(MethodHandle call, Object... words) throws IOException {
    int answer = (int) invoke(call, words);
    if (answer < 0) {
      throw new IOException("libnfs: " + error() + " (" + answer + ")");
    }
    return answer;
  }

  private String error() {
    return address(ERROR, context).reinterpret(1000).getString(0);
  }

  private static MemorySegment address(MethodHandle call, Object... words) {
    return (MemorySegment) invoke(call, words);
  }

  private static Object invoke(MethodHandle call, Object... words) {
    try {
      return call.invokeWithArguments(words);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** struct nfs_url: server, path and file. */
  private static MemoryLayout layout() {
    return MemoryLayout.sequenceLayout(3, ADDRESS);
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... words) {
    return Linker.nativeLinker()
        .downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, words));
  }

  /** Of Debian 12 or Debian 13; later ones have other signatures. */
  private static SymbolLookup library() {
    return Stream.of("libnfs.so.13", "libnfs.so.14")
        .<SymbolLookup>mapMulti((name, found) -> {
          try {
            found.accept(SymbolLookup.libraryLookup(name, Arena.global()));
          } catch (IllegalArgumentException e) {
            // the other then
          }
        })
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no libnfs"));
  }
}
