package io.homecloud.backup.run;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.host.zip.ZipFacts;
import io.homecloud.host.zip.ZipWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A directory of a copy with everything in it as one zip file, made while it is sent. Symbolic
 * links are kept as links and never followed; devices, pipes and sockets are left out, and the
 * archive's comment says how many.
 */
final class CopyZip {
  private static final byte[] NOTHING = {};

  private final CopyFiles files;
  private final ZipWriter zip;
  private long leftOut;

  private CopyZip(CopyFiles files, ZipWriter zip) {
    this.files = files;
    this.zip = zip;
  }

  /**
   * Writes it to its end.
   *
   * @param folder what everything in the archive lies in
   * @throws IOException when the receiver goes away or the copy cannot be read: what was written is
   *     then no whole zip file, which every program notices
   */
  static void write(CopyFiles files, RelativePath directory, byte[] folder, OutputStream out)
      throws IOException {
    try (ZipWriter zip = new ZipWriter(out)) {
      CopyZip all = new CopyZip(files, zip);
      CopyFiles.Entry top =
          files.entry(directory).orElseThrow(() -> new IOException("the directory is gone"));
      all.directory(directory, top, ZipWriter.name(folder));
      zip.finish(
          all.leftOut == 0
              ? ""
              : all.leftOut + " left out: devices, pipes, sockets, too long names");
    }
  }

  private void directory(RelativePath path, CopyFiles.Entry entry, byte[] name) throws IOException {
    byte[] inZip = Arrays.copyOf(name, name.length + 1);
    inZip[name.length] = '/';
    zip.small(inZip, facts(entry, 0), NOTHING);
    Optional<RelativePath> after = Optional.empty();
    List<CopyFiles.Entry> some;
    do {
      some = files.list(path, after, CopyFiles.AT_ONCE);
      for (CopyFiles.Entry one : some) {
        entry(path.resolve(one.name()), one, inZip);
        after = Optional.of(one.name());
      }
    } while (some.size() == CopyFiles.AT_ONCE);
  }

  private void entry(RelativePath path, CopyFiles.Entry entry, byte[] above) throws IOException {
    byte[] own = ZipWriter.name(entry.name().bytes());
    byte[] name = Arrays.copyOf(above, above.length + own.length);
    System.arraycopy(own, 0, name, above.length, own.length);
    if (name.length >= ZipWriter.MAX_NAME_BYTES) {
      leftOut++;
      return;
    }
    switch (entry.type()) {
      case DIRECTORY -> directory(path, entry, name);
      case FILE -> file(path, entry, name);
      case SYMLINK -> {
        Optional<byte[]> target = files.link(path);
        if (target.isPresent()) {
          zip.small(name, facts(entry, 0), target.get());
        } else {
          leftOut++;
        }
      }
      case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> leftOut++;
    }
  }

  private void file(RelativePath path, CopyFiles.Entry entry, byte[] name) throws IOException {
    Optional<CopyFiles.Fetched> fetched = files.fetch(path);
    if (fetched.isEmpty()) {
      leftOut++;
      return;
    }
    try (CopyFiles.Fetched file = fetched.get();
        FileChannel content = FileChannel.open(file.path())) {
      zip.file(name, facts(entry, content.size()), content);
    }
  }

  private static ZipFacts facts(CopyFiles.Entry entry, long size) {
    FileType type = entry.type();
    return new ZipFacts(type, entry.permissions(), entry.modifiedAt(), size);
  }
}
