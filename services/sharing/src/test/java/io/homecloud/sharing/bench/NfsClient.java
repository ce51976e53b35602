package io.homecloud.sharing.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A client of NFS 3. Not that of 4, since what Debian 12 has of libnfs cannot write by that.
 *
 * @param export path of it without the leading slash
 */
record NfsClient(int port, int mountPort, String export) implements Client {
  private static final int BLOCK = 1 << 20;

  @Override
  public void write(List<Path> files) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    try (LibNfs nfs = new LibNfs(url())) {
      for (Path path : files) {
        try (FileChannel from = FileChannel.open(path);
            LibNfs.Opened to = nfs.create("/" + path.getFileName())) {
          while (from.read(block.clear()) > 0) {
            to.write(block.flip());
          }
        }
      }
    }
  }

  @Override
  public void read(List<String> names, Path into) throws IOException {
    byte[] bytes = new byte[BLOCK];
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    try (LibNfs nfs = new LibNfs(url())) {
      for (String name : names) {
        try (LibNfs.Opened from = nfs.open("/" + name);
            OutputStream to = Files.newOutputStream(into.resolve(name))) {
          while (from.read(block.clear())) {
            int length = block.flip().remaining();
            block.get(bytes, 0, length);
            to.write(bytes, 0, length);
          }
        }
      }
    }
  }

  @Override
  public void list() throws IOException {
    try (LibNfs nfs = new LibNfs(url())) {
      nfs.look("/");
    }
  }

  private String url() {
    return "nfs://127.0.0.1/%s?version=3&nfsport=%d&mountport=%d"
        .formatted(export, port, mountPort);
  }
}
