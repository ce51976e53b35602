package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.XattrCalls;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Makes owner, permissions, extended attributes with access control lists, and times of one file
 * those of another. Files may be opened as a place only. What is so already is not written.
 */
final class Metadata {
  private final Map<ByteBuffer, ByteBuffer> wanted = XattrCalls.map();
  private final Map<ByteBuffer, ByteBuffer> present = XattrCalls.map();

  /**
   * All of it.
   *
   * @return 0, or the first negative {@link io.homecloud.host.libc.Errno} number
   */
  long copy(Descriptor from, Descriptor to) {
    FileStatus source = LiveTree.status(from);
    long answer = access(from, source, to);
    return answer < 0 ? answer : times(source, to);
  }

  boolean sameAttributes(Descriptor one, Descriptor other) {
    return XattrCalls.read(one, wanted) >= 0
        && XattrCalls.read(other, present) >= 0
        && wanted.equals(present);
  }

  /**
   * Without times. The order matters: a change of owner takes set-uid bits and capabilities away,
   * and a list left in place would change with the permissions.
   */
  long access(Descriptor from, FileStatus source, Descriptor to) {
    long answer = XattrCalls.read(from, wanted);
    answer = answer < 0 ? answer : XattrCalls.read(to, present);
    if (answer >= 0 && !wanted.equals(present)) {
      answer = removeOthers(to);
    }
    FileStatus status = LiveTree.status(to);
    if (answer >= 0 && (status.uid() != source.uid() || status.gid() != source.gid())) {
      answer = FileCalls.chown(to, source.uid(), source.gid());
      status = LiveTree.status(to);
    }
    if (answer >= 0
        && source.type() != FileType.SYMLINK
        && status.permissions() != source.permissions()) {
      answer = FileCalls.chmod(to, source.permissions());
    }
    return answer < 0 ? answer : setMissing(to);
  }

  private long removeOthers(Descriptor to) {
    for (ByteBuffer name : present.keySet()) {
      if (!wanted.containsKey(name)) {
        long answer = XattrCalls.remove(to, name);
        if (answer < 0) {
          return answer;
        }
      }
    }
    return 0;
  }

  private long setMissing(Descriptor to) {
    if (wanted.isEmpty()) {
      return 0;
    }
    long read = XattrCalls.read(to, present);
    if (read < 0) {
      return read;
    }
    for (Map.Entry<ByteBuffer, ByteBuffer> attribute : wanted.entrySet()) {
      if (!attribute.getValue().equals(present.get(attribute.getKey()))) {
        long answer = XattrCalls.set(to, attribute.getKey(), attribute.getValue());
        if (answer < 0) {
          return answer;
        }
      }
    }
    return 0;
  }

  long times(FileStatus source, Descriptor to) {
    FileStatus status = LiveTree.status(to);
    return status.modified() == source.modified() && status.accessed() == source.accessed()
        ? 0
        : FileCalls.setTimes(to, source.accessed(), source.modified());
  }
}
