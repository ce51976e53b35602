package io.homecloud.storage.files;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A directory with everything in it as one zip file, made while it is sent. Symbolic links are kept
 * as links; devices, pipes, sockets and what belongs to other file systems is left out, and the
 * archive's comment says how many. Names that are not UTF-8 are written as {@link
 * FileName#encoded()}, backslashes and control characters percent-encoded too, as programs on other
 * systems take them for something else.
 */
public final class DirectoryZip implements AutoCloseable {
  private final BeneathDirectory root;
  private final Descriptor directory;
  private final FileName folder;
  private final boolean whole;

  /**
   * @param folder what everything in the archive lies in
   * @param whole whether this is the whole volume, where homecloud's own place is left out
   */
  DirectoryZip(BeneathDirectory root, Descriptor directory, FileName folder, boolean whole) {
    this.root = root;
    this.directory = directory;
    this.folder = folder;
    this.whole = whole;
  }

  /**
   * Writes it; may be called once. What is removed meanwhile may be missing.
   *
   * @throws IOException when the receiver goes away, a file cannot be read or a directory is moved
   *     away meanwhile; what was written is then no whole zip file, which every program notices
   */
  public void writeTo(OutputStream out) throws IOException {
    ZipWriter zip = new ZipWriter(out);
    try {
      ZipContent content = new ZipContent(root, zip, whole);
      content.enterAs(folder, Kernel.status(directory));
      new TreeWalk(root, content).through(directory);
      zip.finish(content.comment());
    } catch (FileRefused e) {
      throw new IOException("the directory cannot be read any further: " + e.problem(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      zip.close();
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
