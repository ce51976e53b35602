package io.homecloud.sharing.ganesha;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A file that is whole or as it was, whatever happens meanwhile. */
record ConfigFile(Path path) {
  /** Empty when there is none. */
  String content() throws IOException {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Where the next content waits until it is found good. */
  Path next() {
    return path.resolveSibling(path.getFileName() + ".next");
  }

  void propose(String content) throws IOException {
    Files.deleteIfExists(next());
    try (FileChannel channel =
        FileChannel.open(next(), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  void accept() throws IOException {
    Files.move(next(), path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  void refuse() throws IOException {
    Files.deleteIfExists(next());
  }

  void write(String content) throws IOException {
    if (!content().equals(content)) {
      propose(content);
      accept();
    }
  }
}
