package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** One change as bytes in the file of a {@link ChangeList}. */
final class ChangeCodec {
  /** The longest a change can be: two paths as long as the kernel's send can name. */
  static final int LONGEST = 16 + 2 * 0xFFFF;

  private static final int TYPE_SHIFT = 12;

  private ChangeCodec() {}

  static void write(FileChange change, ByteBuffer to) {
    switch (change) {
      case FileChange.Added added -> write(1, added, added.path(), Set.of(), to);
      case FileChange.Deleted deleted -> write(2, deleted, deleted.path(), Set.of(), to);
      case FileChange.Changed changed -> write(3, changed, changed.before(), changed.aspects(), to);
      case FileChange.Renamed moved -> write(4, moved, moved.from(), moved.aspects(), to);
    }
  }

  private static void write(
      int kind, FileChange change, RelativePath from, Set<Aspect> aspects, ByteBuffer to) {
    int bits = 0;
    for (Aspect aspect : aspects) {
      bits |= Mark.of(aspect);
    }
    boolean twoPaths = !from.equals(change.path());
    to.put((byte) kind).put((byte) (change.type().bits() >>> TYPE_SHIFT)).putShort((short) bits);
    to.putLong(change.size());
    to.putShort((short) change.path().length()).putShort((short) from.length());
    to.put(change.path().bytes());
    if (twoPaths) {
      to.put(from.bytes());
    }
    to.put((byte) (twoPaths ? 1 : 0));
  }

  static FileChange read(ByteBuffer from) throws IOException {
    int kind = from.get();
    FileType type = FileType.ofMode(from.get() << TYPE_SHIFT);
    Set<Aspect> aspects = Mark.aspects(from.getShort());
    long size = from.getLong();
    byte[] path = new byte[from.getShort() & 0xFFFF];
    byte[] before = new byte[from.getShort() & 0xFFFF];
    from.get(path);
    RelativePath here = RelativePath.of(path);
    RelativePath there = here;
    if (from.remaining() > 1) {
      from.get(before);
      there = RelativePath.of(before);
    }
    return switch (kind) {
      case 1 -> new FileChange.Added(here, type, size);
      case 2 -> new FileChange.Deleted(here, type, size);
      case 3 -> new FileChange.Changed(here, there, type, size, aspects);
      case 4 -> new FileChange.Renamed(there, here, type, size, aspects);
      default -> throw new IOException("no list of changes");
    };
  }
}
