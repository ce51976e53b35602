package io.homecloud.backup.restore;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.XattrCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What is to a directory beside its files: whose it is, its rights, access lists and times. */
final class DirectoryAttributes {
  /** Others are the file system's own. */
  private static final List<String> OF_PEOPLE = List.of("user.", "system.posix_acl_");

  private DirectoryAttributes() {}

  /**
   * Gives a directory that is there what a copied one has. Attributes that the copy has none of
   * stay: not every engine keeps them.
   *
   * @param copied how the copied one was before anything was moved out of it
   */
  static void give(Descriptor from, FileStatus copied, Descriptor to) throws IOException {
    require(FileCalls.chown(to, copied.uid(), copied.gid()));
    require(FileCalls.chmod(to, copied.permissions()));
    giveLists(from, to);
    // Last: whatever is done in it or to it changes them.
    require(FileCalls.setTimes(to, copied.accessed(), copied.modified()));
  }

  /** Access lists and what people noted. */
  static void giveLists(Descriptor from, Descriptor to) throws IOException {
    Map<ByteBuffer, ByteBuffer> attributes = XattrCalls.map();
    require(XattrCalls.read(from, attributes));
    for (Map.Entry<ByteBuffer, ByteBuffer> one : attributes.entrySet()) {
      if (OF_PEOPLE.stream().anyMatch(text(one.getKey())::startsWith)) {
        require(XattrCalls.set(to, one.getKey(), one.getValue()));
      }
    }
  }

  private static String text(ByteBuffer name) {
    return StandardCharsets.ISO_8859_1.decode(name.duplicate()).toString();
  }

  private static void require(long answer) throws IOException {
    if (answer < 0 && !Errno.EOPNOTSUPP.is(answer)) {
      throw new IOException("rights of a directory: " + Errno.of(answer).text());
    }
  }
}
