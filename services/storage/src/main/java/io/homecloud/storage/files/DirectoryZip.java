package io.homecloud.storage.files;

import io.homecloud.host.zip.ZipWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A directory with everything in it, or with what is picked of it, as one zip file, made while it
 * is sent. Symbolic links are kept as links; devices, pipes, sockets and what belongs to other file
 * systems is left out, and the archive's comment says how many. Files that cannot be read to their
 * end are named in a text at the end of it. Names that are not UTF-8 are written as {@link
 * FileName#encoded()}, backslashes and control characters percent-encoded too, as programs on other
 * systems take them for something else.
 */
public final class DirectoryZip implements AutoCloseable {
  private final BeneathDirectory root;
  private final Descriptor directory;
  private final FileName folder;
  private final FilePath place;
  private final Set<FilePath> picked;

  /**
   * @param folder what everything in the archive lies in
   * @param place of the directory; of a whole volume homecloud's own place is left out
   * @param picked paths in the directory; empty for everything
   */
  DirectoryZip(
      BeneathDirectory root,
      Descriptor directory,
      FileName folder,
      FilePath place,
      List<FilePath> picked) {
    this.root = root;
    this.directory = directory;
    this.folder = folder;
    this.place = place;
    this.picked = new LinkedHashSet<>(picked);
  }

  /**
   * Writes it; may be called once. What is removed meanwhile may be missing.
   *
   * @throws IOException when the receiver goes away, a directory cannot be read or is moved away
   *     meanwhile; what was written is then no whole zip file, which every program notices
   */
  public void writeTo(OutputStream out) throws IOException {
    ZipWriter zip = new ZipWriter(out);
    try {
      ZipContent content = new ZipContent(root, zip, place.isRoot());
      FileStatus top = Kernel.status(directory);
      content.enterAs(folder, top);
      if (picked.isEmpty()) {
        new TreeWalk(root, content).through(directory);
      }
      for (FilePath pick : picked) {
        if (!insideAnother(pick)) {
          write(content, pick);
        }
      }
      content.tellUnreadable(top);
      zip.finish(content.comment());
    } catch (FileRefused e) {
      throw new IOException("the directory cannot be read any further: " + e.problem(), e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      zip.close();
    }
  }

  private boolean insideAnother(FilePath pick) {
    for (FilePath above = pick.parent(); !above.isRoot(); above = above.parent()) {
      if (picked.contains(above)) {
        return true;
      }
    }
    return false;
  }

  private void write(ZipContent content, FilePath pick) throws FileRefused {
    FilePath path = place.resolve(pick);
    int before = content.within(pick.parent());
    try (Descriptor parent = root.directory(path.parent())) {
      if (root.entry(parent, path.name()).type() != FileType.DIRECTORY) {
        content.visit(parent, path.name());
      } else if (content.enter(parent, path.name())) {
        new TreeWalk(root, content).through(path, root.directory(parent, path.name()));
        content.leave(parent, path.name());
      }
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND, NOT_A_DIRECTORY, LINK_NOT_FOLLOWED -> content.leaveOut();
        // not a switch over all problems
        default -> throw e;
      }
    } finally {
      content.back(before);
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
