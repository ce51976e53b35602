package io.homecloud.storage.files;

import io.homecloud.host.zip.ZipFacts;
import io.homecloud.host.zip.ZipWriter;
import io.homecloud.storage.StorageError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a zip file's entries along a walk. A broken receiver is an UncheckedIOException. */
final class ZipContent implements TreeWalk.Visitor {
  private static final byte[] NOTHING = {};
  private static final byte[] UNREADABLE =
      "homecloud-unreadable.txt".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_NAMED = 1000;

  private final BeneathDirectory root;
  private final ZipWriter zip;
  private final boolean whole;
  private byte[] path = new byte[1024];
  private int length;
  private int depth;
  private long leftOut;
  private long notRead;
  private final StringBuilder unreadable = new StringBuilder();

  ZipContent(BeneathDirectory root, ZipWriter zip, boolean whole) {
    this.root = root;
    this.zip = zip;
    this.whole = whole;
  }

  void enterAs(FileName folder, FileStatus status) {
    append(folder);
    small(name(), status, NOTHING);
  }

  /**
   * Goes to where something lies whose directories are not entered themselves.
   *
   * @return where it was, for {@link #back}
   */
  int within(FilePath directory) {
    int before = length;
    directory.names().forEach(this::append);
    return before;
  }

  void back(int before) {
    length = before;
  }

  void leaveOut() {
    leftOut++;
  }

  @Override
  public boolean enter(Descriptor parent, FileName name) throws FileRefused {
    if (whole && depth == 0 && name.equals(PartialFiles.PLACE)) {
      return false;
    }
    FileStatus status = Kernel.status(parent, name);
    int before = length;
    append(name);
    if (length > ZipWriter.MAX_NAME_BYTES) {
      length = before;
      leftOut++;
      return false;
    }
    depth++;
    small(name(), status, NOTHING);
    return true;
  }

  @Override
  public void leave(Descriptor parent, FileName name) {
    length -= zipName(name).length + 1;
    depth--;
  }

  @Override
  public void visit(Descriptor parent, FileName name) throws FileRefused {
    try {
      FileEntry entry = root.entry(parent, name);
      switch (entry.type()) {
        case FILE -> file(parent, name);
        case LINK -> link(parent, name);
        case DIRECTORY, MOUNT, OTHER -> leftOut++;
      }
    } catch (FileRefused e) {
      if (e.is(StorageError.FILE_DAMAGED)) {
        unreadable(name(name));
      } else if (!e.is(StorageError.FILE_NOT_FOUND)) { // removed since the directory was read
        throw e;
      }
    }
  }

  private void unreadable(byte[] inZip) {
    notRead++;
    if (notRead <= MOST_NAMED) {
      unreadable.append(new String(inZip, StandardCharsets.UTF_8)).append('\n');
    }
  }

  /**
   * Whoever unpacks it must not take the beginning of a file for the whole: a text beside
   * everything else names those that are not.
   *
   * @param folder of everything, for the time of the text
   */
  void tellUnreadable(FileStatus folder) throws IOException {
    if (notRead > 0) {
      String text =
          "These files could not be read to their end, since their disk is damaged there. What is here of them is"
              + " what comes before that, or nothing.\n\n"
              + unreadable
              + (notRead > MOST_NAMED ? "and " + (notRead - MOST_NAMED) + " more\n" : "");
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      byte[] name = Arrays.copyOf(path, length + UNREADABLE.length);
      System.arraycopy(UNREADABLE, 0, name, length, UNREADABLE.length);
      zip.small(
          name,
          new ZipFacts(
              io.homecloud.host.libc.FileType.FILE, 0644, folder.modified(), content.length),
          content);
    }
  }

  private void file(Descriptor parent, FileName name) throws FileRefused {
    byte[] inZip = name(name);
    if (inZip.length > ZipWriter.MAX_NAME_BYTES) {
      leftOut++;
      return;
    }
    try (Descriptor file = root.file(parent, name);
        FileChannel content = file.channel()) {
      zip.file(inZip, facts(Kernel.status(file)), content);
    } catch (ZipWriter.Unreadable e) {
      unreadable(inZip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(Descriptor parent, FileName name) throws FileRefused {
    byte[] inZip = name(name);
    if (inZip.length > ZipWriter.MAX_NAME_BYTES) {
      leftOut++;
      return;
    }
    small(inZip, Kernel.status(parent, name), Kernel.link(parent, name));
  }

  private void small(byte[] name, FileStatus status, byte[] content) {
    try {
      zip.small(name, facts(status), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String comment() {
    return leftOut == 0
        ? ""
        : leftOut
            + " left out: devices, pipes, sockets, other file systems, too long names, what was gone";
  }

  private void append(FileName name) {
    byte[] bytes = zipName(name);
    if (path.length < length + bytes.length + 1) {
      path = Arrays.copyOf(path, 2 * path.length + bytes.length);
    }
    System.arraycopy(bytes, 0, path, length, bytes.length);
    length += bytes.length;
    path[length++] = '/';
  }

  private byte[] name() {
    return Arrays.copyOf(path, length);
  }

  private byte[] name(FileName name) {
    byte[] bytes = zipName(name);
    byte[] whole = Arrays.copyOf(path, length + bytes.length);
    System.arraycopy(bytes, 0, whole, length, bytes.length);
    return whole;
  }

  private static byte[] zipName(FileName name) {
    return ZipWriter.name(name.raw());
  }

  private static ZipFacts facts(FileStatus status) {
    return new ZipFacts(
        switch (status.type()) {
          case DIRECTORY -> io.homecloud.host.libc.FileType.DIRECTORY;
          case LINK -> io.homecloud.host.libc.FileType.SYMLINK;
          case FILE, MOUNT, OTHER -> io.homecloud.host.libc.FileType.FILE;
        },
        status.mode(),
        status.modified(),
        status.size());
  }
}
