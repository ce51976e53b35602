package io.homecloud.testkit.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.libc.XattrCalls;
import io.homecloud.host.path.RelativePath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything there is to know of a tree, found by walking all of it and reading every byte. */
public final class TreeFacts {
  /** One name; {@code content} is a digest of the bytes, or what a symlink points to. */
  public record Fact(FileStatus status, String content, Map<ByteBuffer, ByteBuffer> attributes) {
    public FileType type() {
      return status.type();
    }

    /** All that putting a file back has to bring back, as text to compare. */
    public String restorable(String linkedWith) {
      boolean device = type() == FileType.CHARACTER_DEVICE || type() == FileType.BLOCK_DEVICE;
      return "%s %o %d:%d %d %s %s %s %s"
          .formatted(
              type(),
              status.permissions(),
              status.uid(),
              status.gid(),
              status.modified(),
              content,
              device ? status.device() : "",
              readable(attributes),
              linkedWith);
    }
  }

  private static String readable(Map<ByteBuffer, ByteBuffer> attributes) {
    StringBuilder text = new StringBuilder();
    attributes.forEach((name, value) ->
        text.append(UTF_8.decode(name.duplicate()))
            .append('=')
            .append(HexFormat.of().formatHex(bytes(value)))
            .append(' '));
    return text.toString();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  public final TreeMap<RelativePath, Fact> facts = new TreeMap<>();

  public static TreeFacts of(Path top) {
    TreeFacts tree = new TreeFacts();
    try (Descriptor directory = open(top)) {
      tree.add(directory, RelativePath.TOP);
      tree.walk(directory, RelativePath.TOP);
    }
    return tree;
  }

  public static Descriptor open(Path directory) {
    return new Descriptor(
        FileCalls.open(
            Descriptor.AT_FDCWD,
            directory.toString().getBytes(UTF_8),
            FileCalls.O_DIRECTORY,
            0,
            0));
  }

  /** Only what matters of putting back, by path. Names of one inode name the first of them. */
  public Map<RelativePath, String> restorable() {
    Map<Long, RelativePath> first = new TreeMap<>();
    Map<RelativePath, String> all = new TreeMap<>();
    facts.forEach((path, fact) -> {
      RelativePath leader = first.computeIfAbsent(fact.status().inode(), _ -> path);
      all.put(path, fact.restorable(leader.toString()));
    });
    return all;
  }

  /** Every path at which two such maps differ, with both. */
  public static List<String> differences(
      Map<RelativePath, String> expected, Map<RelativePath, String> actual) {
    List<String> differences = new ArrayList<>();
    TreeSet<RelativePath> paths = new TreeSet<>(expected.keySet());
    paths.addAll(actual.keySet());
    for (RelativePath path : paths) {
      String wanted = expected.getOrDefault(path, "nothing");
      String found = actual.getOrDefault(path, "nothing");
      if (!wanted.equals(found)) {
        differences.add(path + ": " + found + " instead of " + wanted);
      }
    }
    return differences;
  }

  private void walk(Descriptor directory, RelativePath path) {
    for (byte[] name : names(directory)) {
      RelativePath child = path.resolve(RelativePath.of(name));
      try (Descriptor place =
          new Descriptor(
              FileCalls.open(
                  directory.number(),
                  name,
                  FileCalls.O_PATH | FileCalls.O_NOFOLLOW,
                  0,
                  FileCalls.BENEATH))) {
        Fact fact = add(place, child);
        if (fact.type() == FileType.DIRECTORY) {
          try (Descriptor inside =
              new Descriptor(
                  FileCalls.open(directory.number(), name, FileCalls.O_DIRECTORY, 0, 0))) {
            walk(inside, child);
          }
        }
      }
    }
  }

  private Fact add(Descriptor place, RelativePath path) {
    FileStatus status = ((StatusAnswer.Found) FileCalls.status(place.number())).status();
    Map<ByteBuffer, ByteBuffer> attributes = XattrCalls.map();
    assertThat(XattrCalls.read(place, attributes)).isZero();
    String content =
        switch (status.type()) {
          case FILE -> digest(place);
          case SYMLINK -> {
            byte[] target = new byte[4096];
            int length = (int) FileCalls.readSymlink(place.number(), new byte[0], target);
            yield HexFormat.of().formatHex(target, 0, length);
          }
          default -> "";
        };
    Fact fact = new Fact(status, content, attributes);
    facts.put(path, fact);
    return fact;
  }

  public static List<byte[]> names(Descriptor directory) {
    List<byte[]> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined();
        Descriptor fresh =
            new Descriptor(
                FileCalls.open(
                    directory.number(), new byte[] {'.'}, FileCalls.O_DIRECTORY, 0, 0))) {
      MemorySegment buffer = arena.allocate(32768, 8);
      for (long got = 1; got > 0; ) {
        got = FileCalls.entries(fresh.number(), buffer);
        // A directory that somebody removed meanwhile says ENOENT.
        assertThat(Errno.ENOENT.is(got) ? 0 : got).isNotNegative();
        for (long at = 0; at < got; ) {
          int length = buffer.get(JAVA_SHORT_UNALIGNED, at + 16) & 0xFFFF;
          int end = 0;
          while (buffer.get(JAVA_BYTE, at + 19 + end) != 0) {
            end++;
          }
          byte[] name = buffer.asSlice(at + 19, end).toArray(JAVA_BYTE);
          String text = new String(name, UTF_8);
          if (!text.equals(".") && !text.equals("..")) {
            names.add(name);
          }
          at += length;
        }
      }
    }
    return names;
  }

  private static String digest(Descriptor place) {
    try (Arena arena = Arena.ofConfined();
        Descriptor file =
            new Descriptor(
                FileCalls.open(Descriptor.AT_FDCWD, place.path(), FileCalls.O_RDONLY, 0, 0))) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      MemorySegment buffer = arena.allocate(65536);
      long size = 0;
      for (long got = 1; got > 0; size += got) {
        got = ContentCalls.read(file.number(), buffer);
        assertThat(got).isNotNegative();
        digest.update(buffer.asSlice(0, got).asByteBuffer());
      }
      return size + ":" + HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
