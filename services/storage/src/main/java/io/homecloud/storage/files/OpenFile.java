package io.homecloud.storage.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A regular file held for reading: what is read is this file, whatever its name becomes. */
public final class OpenFile implements AutoCloseable {
  private final FileEntry entry;
  private final Descriptor file;

  OpenFile(FileEntry entry, Descriptor file) {
    this.entry = entry;
    this.file = file;
  }

  /** The file as it was when it was opened. */
  public FileEntry entry() {
    return entry;
  }

  /** A path for whoever sends files by path; leads to this file as long as this is open. */
  public Path path() {
    return file.path();
  }

  /** A new channel, to be closed by the caller; it may outlive this. */
  public FileChannel channel() throws IOException {
    return file.channel();
  }

  @Override
  public void close() {
    file.close();
  }
}
