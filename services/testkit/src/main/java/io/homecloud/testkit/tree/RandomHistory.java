package io.homecloud.testkit.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.libc.XattrCalls;
import io.homecloud.host.path.RelativePath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What people, programs and malice do to a tree of files, by a seed. What the kernel refuses is not
 * done; every write writes bytes that were not there before.
 */
public final class RandomHistory implements AutoCloseable {
  private static final LibcCall FALLOCATE =
      LibcCall.of("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final int PUNCH_HOLE_KEEP_SIZE = 3;

  private final Random random;
  private final Descriptor top;
  private final Set<Long> written = new HashSet<>();
  private final List<RelativePath> directories = new ArrayList<>();
  private final List<RelativePath> others = new ArrayList<>();

  public RandomHistory(long seed, Path volume) {
    random = new Random(seed);
    top = TreeFacts.open(volume);
  }

  /**
   * Which histories to try: so many, thirty times as many with {@code --soak}, or as {@code
   * -Dhomecloud.test.seed} and {@code -Dhomecloud.test.seeds} say.
   */
  public static LongStream seeds(int count) {
    long first = Long.getLong("homecloud.test.seed", 1);
    int usual = Boolean.getBoolean("homecloud.soak") ? 30 * count : count;
    return LongStream.range(first, first + Integer.getInteger("homecloud.test.seeds", usual));
  }

  /** Inodes whose bytes were written since this was last asked. */
  public Set<Long> written() {
    Set<Long> inodes = Set.copyOf(written);
    written.clear();
    return inodes;
  }

  public void steps(int count) {
    for (int i = 0; i < count; i++) {
      if (i % 4 == 0) {
        look();
      }
      step();
    }
  }

  private void look() {
    directories.clear();
    others.clear();
    directories.add(RelativePath.TOP);
    for (int i = 0; i < directories.size(); i++) {
      RelativePath path = directories.get(i);
      opened(
          path,
          FileCalls.O_DIRECTORY,
          directory -> {
            for (byte[] name : TreeFacts.names(directory)) {
              RelativePath child = path.resolve(RelativePath.of(name));
              // Into the directories of a rollback nobody but root may go.
              if (!child.toString().startsWith(".homecloud")) {
                boolean inside = type(child) == FileType.DIRECTORY;
                (inside ? directories : others).add(child);
              }
            }
          });
    }
  }

  private void step() {
    switch (random.nextInt(34)) {
      case 0, 1, 2, 3, 4 -> makeFile(somewhere());
      case 5, 6 -> makeDirectory(somewhere());
      case 7, 8 -> write(someFile(), random.nextInt(200_000), random.nextInt(70_000));
      case 9 -> append(someFile());
      case 10 -> resize(someFile());
      case 11 -> punch(someFile());
      case 12, 13, 14 -> move(something(), somewhere(), 0);
      case 15 -> move(something(), something(), 0);
      case 16, 17 -> move(something(), something(), FileCalls.RENAME_EXCHANGE);
      case 18, 19 -> FileCalls.link(top(), pick(others).bytes(), top(), somewhere().bytes());
      case 20, 21, 22 -> FileCalls.unlink(top(), pick(others).bytes());
      case 23 -> removeTree(pick(directories));
      case 24 -> FileCalls.makeSymlink(name(), top(), somewhere().bytes());
      case 25 -> special(somewhere());
      case 26 -> on(something(), place -> FileCalls.chmod(place, random.nextInt(010000)));
      case 27 ->
          on(something(), place -> FileCalls.chown(place, random.nextInt(3), random.nextInt(3)));
      case 28 -> on(something(), this::touch);
      case 29, 30 -> on(something(), this::attribute);
      case 31 -> saveLikeAnEditor(someFile());
      case 32 -> copyShared(someFile(), somewhere());
      default -> replaceByOtherType(something());
    }
  }

  private void makeFile(RelativePath path) {
    FileCalls.makeNode(top(), path.bytes(), FileType.FILE, 0644, 0);
    if (random.nextInt(8) > 0) {
      write(path, 0, 1 + random.nextInt(random.nextBoolean() ? 1000 : 150_000));
    }
  }

  private void makeDirectory(RelativePath path) {
    if (path.length() < 1200) {
      FileCalls.makeDirectory(top(), path.bytes(), 0755);
    }
  }

  private void write(RelativePath path, long offset, int length) {
    onContent(
        path,
        file -> {
          try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = new byte[length + 1];
            random.nextBytes(bytes);
            MemorySegment segment = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
            ContentCalls.write(file.number(), segment, offset);
          }
        });
  }

  private void append(RelativePath path) {
    write(path, size(path), random.nextInt(9000));
  }

  private void resize(RelativePath path) {
    onContent(path, file -> ContentCalls.truncate(file.number(), random.nextInt(300_000)));
  }

  private void punch(RelativePath path) {
    onContent(
        path,
        file ->
            FALLOCATE.call(
                file.number(),
                PUNCH_HOLE_KEEP_SIZE,
                (long) random.nextInt(100_000),
                1L + random.nextInt(50_000)));
  }

  private void move(RelativePath from, RelativePath to, int flags) {
    FileCalls.rename(top(), from.bytes(), top(), to.bytes(), flags);
  }

  private void removeTree(RelativePath path) {
    if (path.isTop()) {
      return;
    }
    opened(
        path,
        FileCalls.O_DIRECTORY,
        directory -> {
          for (byte[] name : TreeFacts.names(directory)) {
            RelativePath child = path.resolve(RelativePath.of(name));
            if (FileCalls.unlink(top(), child.bytes()) < 0) {
              removeTree(child);
            }
          }
          FileCalls.removeDirectory(top(), path.bytes());
        });
  }

  private void special(RelativePath path) {
    FileType[] types = {FileType.FIFO, FileType.SOCKET, FileType.CHARACTER_DEVICE};
    FileCalls.makeNode(top(), path.bytes(), types[random.nextInt(3)], 0600, 1L << 32 | 3);
  }

  private void touch(Descriptor place) {
    long time = random.nextLong(2_000_000_000_000_000_000L) - 100_000_000_000_000_000L;
    FileCalls.setTimes(place, time, time + 1);
  }

  private void attribute(Descriptor place) {
    String[] names = {"user.a", "user.b", "trusted.c", "security.d"};
    ByteBuffer name = UTF_8.encode(names[random.nextInt(names.length)]);
    switch (random.nextInt(4)) {
      case 0 -> XattrCalls.remove(place, name);
      case 1 -> XattrCalls.set(place, UTF_8.encode("system.posix_acl_access"), acl());
      default -> {
        byte[] value = new byte[random.nextInt(600)];
        random.nextBytes(value);
        XattrCalls.set(place, name, ByteBuffer.wrap(value));
      }
    }
  }

  /** Version 2, then tag, permissions and id: owner, one user, group, mask, others. */
  private ByteBuffer acl() {
    ByteBuffer acl = ByteBuffer.allocate(4 + 5 * 8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    acl.putInt(2);
    for (int tag : new int[] {1, 2, 4, 16, 32}) {
      acl.putShort((short) tag).putShort((short) random.nextInt(8)).putInt(tag == 2 ? 7 : -1);
    }
    return acl.flip();
  }

  private void saveLikeAnEditor(RelativePath path) {
    RelativePath part = path.parent().resolve(RelativePath.of(".part~"));
    makeFile(part);
    move(part, path, 0);
  }

  private void copyShared(RelativePath from, RelativePath to) {
    FileCalls.makeNode(top(), to.bytes(), FileType.FILE, 0644, 0);
    onContent(
        to,
        target -> onContent(from, source -> ContentCalls.share(source.number(), target.number())));
  }

  private void replaceByOtherType(RelativePath path) {
    if (FileCalls.unlink(top(), path.bytes()) == 0) {
      makeDirectory(path);
      makeFile(path.resolve(RelativePath.of("inside")));
    } else {
      removeTree(path);
      makeFile(path);
    }
  }

  private interface Action {
    void on(Descriptor place);
  }

  private void on(RelativePath path, Action action) {
    opened(path, FileCalls.O_PATH | FileCalls.O_NOFOLLOW, action);
  }

  /** Only for what is a file: opening a fifo would wait, and a device do things. */
  private void onContent(RelativePath path, Action action) {
    if (type(path) != FileType.FILE) {
      return;
    }
    opened(
        path,
        FileCalls.O_RDWR | FileCalls.O_NOFOLLOW,
        file -> {
          action.on(file);
          written.add(((StatusAnswer.Found) FileCalls.status(file.number())).status().inode());
        });
  }

  private void opened(RelativePath path, int flags, Action action) {
    long answer = FileCalls.open(top(), here(path), flags, 0, 0);
    if (answer >= 0) {
      try (Descriptor file = new Descriptor(answer)) {
        action.on(file);
      }
    }
  }

  private static byte[] here(RelativePath path) {
    return path.isTop() ? new byte[] {'.'} : path.bytes();
  }

  private FileType type(RelativePath path) {
    return FileCalls.status(top(), path.bytes()) instanceof StatusAnswer.Found(FileStatus status)
        ? status.type()
        : FileType.SOCKET;
  }

  private long size(RelativePath path) {
    return FileCalls.status(top(), path.bytes()) instanceof StatusAnswer.Found(FileStatus status)
        ? status.size()
        : 0;
  }

  private RelativePath somewhere() {
    return pick(directories).resolve(RelativePath.of(name()));
  }

  private RelativePath something() {
    return random.nextInt(3) == 0 ? pick(directories) : pick(others);
  }

  private RelativePath someFile() {
    return pick(others);
  }

  private RelativePath pick(List<RelativePath> paths) {
    return paths.isEmpty() ? RelativePath.of("nothing") : paths.get(random.nextInt(paths.size()));
  }

  /** Few enough that names meet again, and with what a name may be. */
  private byte[] name() {
    return switch (random.nextInt(12)) {
      case 0 -> new byte[] {(byte) 0xFF, (byte) 0xFE, 'x'};
      case 1 ->
          ("o" + (257 + random.nextInt(40)) + "-" + (7 + random.nextInt(9)) + "-0").getBytes(UTF_8);
      case 2 -> "ünï\n\\ ☃".getBytes(UTF_8);
      case 3 -> "...".getBytes(UTF_8);
      case 4 -> "-rf".getBytes(UTF_8);
      case 5 -> "l".repeat(255).getBytes(UTF_8);
      default -> ("n" + random.nextInt(30)).getBytes(UTF_8);
    };
  }

  private int top() {
    return top.number();
  }

  @Override
  public void close() {
    top.close();
  }
}
