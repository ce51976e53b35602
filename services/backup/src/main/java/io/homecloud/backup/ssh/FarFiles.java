package io.homecloud.backup.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.host.HostResult;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What is in a tree on another machine. Names are bytes on the way there and back. */
final class FarFiles implements CopyFiles {
  private static final byte[] ITSELF = {'.'};
  private static final byte[] NO_PATH = {};
  private static final RelativePath MARK = RelativePath.of(RunMark.FILE.getBytes(US_ASCII));

  /** Of xargs: the command had an exit code of its own. */
  private static final int NOT_THERE = 123;

  private final FarSide far;
  private final String copy;
  private final Path own;

  /**
   * @param own a directory for files that are fetched
   */
  FarFiles(FarSide far, String copy, Path own) {
    this.far = far;
    this.copy = copy;
    this.own = own;
  }

  private static byte[] asked(RelativePath path) {
    ByteArrayOutputStream asked = new ByteArrayOutputStream();
    boolean top = path.isTop() || path.parent().isTop();
    asked.writeBytes(top ? NO_PATH : path.parent().bytes());
    asked.write(0);
    asked.writeBytes(path.isTop() ? ITSELF : path.name().bytes());
    asked.write(0);
    return asked.toByteArray();
  }

  @Override
  public Optional<Entry> entry(RelativePath path) throws IOException {
    return Optional.ofNullable(entries(List.of(path)).get(path));
  }

  @Override
  public Map<RelativePath, Entry> entries(Collection<RelativePath> paths) throws IOException {
    ByteArrayOutputStream asked = new ByteArrayOutputStream();
    paths.forEach(path -> asked.writeBytes(asked(path)));
    List<byte[]> fields = new ArrayList<>();
    far.read(
        asked.toByteArray(),
        in -> {
          fields.addAll(FarSide.fields(in, 4 * paths.size()));
          in.transferTo(OutputStream.nullOutputStream());
        },
        "entry",
        copy);
    Map<RelativePath, Entry> there = new HashMap<>();
    int at = 0;
    for (RelativePath path : paths) {
      boolean nothing = at < fields.size() && fields.get(at).length == 0;
      if (!nothing) {
        if (fields.size() < at + 4) {
          throw new IOException(far.url().title() + " has not told all that was asked for");
        }
        there.put(path, entry(path.isTop() ? path : path.name(), fields.subList(at, at + 4)));
      }
      at += nothing ? 1 : 4;
    }
    return there;
  }

  private static Entry entry(RelativePath name, List<byte[]> fields) throws IOException {
    return told(name, fields.stream().map(FarFiles::text).toList());
  }

  /** Type, size, time and mode. */
  private static Entry told(RelativePath name, List<String> fields) throws IOException {
    try {
      return parsed(name, fields);
    } catch (IllegalArgumentException e) {
      throw new IOException("the other machine tells files that are none", e);
    }
  }

  private static Entry parsed(RelativePath name, List<String> fields) {
    FileType type = type(fields.get(0));
    String[] time = fields.get(2).split("\\.", -1);
    long nanos = time.length < 2 ? 0 : Long.parseLong((time[1] + "000000000").substring(0, 9));
    return new Entry(
        name,
        type,
        type == FileType.FILE ? Long.parseLong(fields.get(1)) : 0,
        Instant.ofEpochSecond(Long.parseLong(time[0]), nanos),
        Integer.parseInt(fields.get(3), 8));
  }

  /** The other machine may answer anything. */
  private static RelativePath name(byte[] bytes) throws IOException {
    try {
      RelativePath name = RelativePath.of(bytes);
      if (!name.isTop() && name.parent().isTop()) {
        return name;
      }
    } catch (IllegalArgumentException e) {
      // the same sentence as for a path
    }
    throw new IOException("the other machine tells names that are none");
  }

  private static String text(byte[] field) {
    return new String(field, US_ASCII);
  }

  private static FileType type(String letter) {
    return switch (letter) {
      case "f" -> FileType.FILE;
      case "d" -> FileType.DIRECTORY;
      case "l" -> FileType.SYMLINK;
      case "p" -> FileType.FIFO;
      case "s" -> FileType.SOCKET;
      case "c" -> FileType.CHARACTER_DEVICE;
      default -> FileType.BLOCK_DEVICE;
    };
  }

  @Override
  public List<Entry> list(RelativePath directory, Optional<RelativePath> after, int most)
      throws IOException {
    NavigableMap<RelativePath, Entry> first = new TreeMap<>();
    far.read(
        asked(directory),
        in -> {
          for (List<byte[]> fields = FarSide.fields(in, 5);
              fields.size() == 5;
              fields = FarSide.fields(in, 5)) {
            RelativePath name = name(fields.getFirst());
            if (!(directory.isTop() && name.equals(MARK))
                && after.filter(last -> name.compareTo(last) <= 0).isEmpty()) {
              first.put(name, entry(name, fields.subList(1, 5)));
            }
            if (first.size() > most) {
              first.pollLastEntry();
            }
          }
        },
        "list",
        copy);
    return List.copyOf(first.values());
  }

  /** All at once: asked for by itself, each of many directories would take a connection. */
  @Override
  public void walk(Visitor visitor) throws IOException {
    FarWalk walk = new FarWalk(visitor);
    far.read(new byte[0], walk::read, "walk", copy);
    if (!walk.whole) {
      throw new IOException(far.url().title() + " has not told all files of a copy");
    }
  }

  /** Reads the answer to {@code walk}. */
  private static final class FarWalk {
    private static final byte[] BEGINNING = {'/'};
    private static final byte[] END = {'/', '/'};
    private static final int FIELDS = 4;

    private final Visitor visitor;
    private RelativePath before = RelativePath.TOP;
    private volatile boolean whole;

    FarWalk(Visitor visitor) {
      this.visitor = visitor;
    }

    /** As far as it comes. */
    void read(InputStream in) throws IOException {
      if (Arrays.equals(record(in), BEGINNING)) {
        byte[] record = record(in);
        while (record.length > 0 && !Arrays.equals(record, END)) {
          visit(record);
          record = record(in);
        }
        whole = record.length > 0;
      }
    }

    /** Empty when there is no more. */
    private static byte[] record(InputStream in) throws IOException {
      List<byte[]> record = FarSide.fields(in, 1);
      return record.isEmpty() ? NO_PATH : record.getFirst();
    }

    private void visit(byte[] record) throws IOException {
      int end = 0;
      while (end + 1 < record.length && !(record[end] == '/' && record[end + 1] == '/')) {
        end++;
      }
      String[] fields =
          text(Arrays.copyOfRange(record, Math.min(end + 2, record.length), record.length))
              .split("/", -1);
      RelativePath path = path(Arrays.copyOf(record, end));
      if (fields.length != FIELDS || path.compareTo(before) <= 0) {
        throw new IOException("the other machine tells files as nobody asked for them");
      }
      before = path;
      if (!path.equals(MARK)) {
        visitor.visit(path, told(path.name(), List.of(fields)));
      }
    }

    private static RelativePath path(byte[] bytes) throws IOException {
      try {
        return RelativePath.of(bytes);
      } catch (IllegalArgumentException e) {
        throw new IOException("the other machine tells names that are none", e);
      }
    }
  }

  @Override
  public Optional<Fetched> fetch(RelativePath file) throws IOException {
    PrivateDirectory.make(own);
    Path fetched = Files.createTempFile(own, "fetched", ".bin");
    boolean whole = false;
    try {
      HostResult result;
      try (var out = Files.newOutputStream(fetched)) {
        result = far.stream(asked(file), in -> in.transferTo(out), "fetch", copy);
      }
      if (result instanceof HostResult.Exited(int code, _, _) && code == NOT_THERE) {
        return Optional.empty();
      }
      if (!(result instanceof HostResult.Exited(int code, _, _)) || code != 0) {
        throw far.failure(result);
      }
      whole = true;
      return Optional.of(new Here(fetched));
    } finally {
      if (!whole) {
        Files.deleteIfExists(fetched);
      }
    }
  }

  /** It goes when nobody needs it any more. */
  private record Here(Path path) implements Fetched {
    @Override
    public void close() {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // It is in the way of nobody.
      }
    }
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
