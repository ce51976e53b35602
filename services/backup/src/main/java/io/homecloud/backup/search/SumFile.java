package io.homecloud.backup.search;

import io.homecloud.backup.change.Touched;
import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.run.CopySums;
import io.homecloud.host.path.RelativePath;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checksums as a run tells them, until the index has them: sorted pieces, each a file, so that a
 * million of them take no memory. What a killed service had not yet written is not known; the files
 * are proven another way then.
 */
public final class SumFile implements CopySums.Open {
  private static final int PIECE = 20_000;

  private final Path directory;
  private final TreeMap<RelativePath, FileSum> piece = new TreeMap<>();

  /**
   * @param directory of the run, made when there is something to put into it
   */
  public SumFile(Path directory) {
    this.directory = directory;
  }

  /** Adds one; of several for a path the last one counts. */
  @Override
  public synchronized void add(RelativePath path, FileSum sum) {
    piece.put(path, sum);
    if (piece.size() >= PIECE) {
      flush();
    }
  }

  private void flush() {
    if (piece.isEmpty()) {
      return;
    }
    try {
      io.homecloud.backup.run.PrivateDirectory.make(directory);
      Path file = directory.resolve("%06d".formatted(pieces(directory).size()));
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
        for (var one : piece.entrySet()) {
          byte[] path = one.getKey().bytes();
          out.writeShort(path.length);
          out.write(path);
          one.getValue().write(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    piece.clear();
  }

  @Override
  public void since(UUID base, Touched touched) {
    ChangesFile.write(directory, base, touched);
  }

  @Override
  public synchronized void close() {
    flush();
  }

  private static List<Path> pieces(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.filter(file -> !ChangesFile.is(file)).sorted().toList();
    }
  }

  /** Takes away what a run told. */
  static void remove(Path directory) throws IOException {
    for (Path file : pieces(directory)) {
      Files.delete(file);
    }
    ChangesFile.remove(directory);
    Files.deleteIfExists(directory);
  }

  /** What a run told, asked for in the order of paths. */
  static final class Told implements AutoCloseable {
    private final PriorityQueue<Piece> pieces =
        new PriorityQueue<>(
            Comparator.comparing((Piece one) -> one.path).thenComparingInt(one -> one.number));
    private final List<InputStream> open = new ArrayList<>();

    static Told of(Path directory) throws IOException {
      Told told = new Told();
      for (Path file : pieces(directory)) {
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
        told.open.add(in);
        Piece piece = new Piece(in, told.open.size());
        if (piece.next()) {
          told.pieces.add(piece);
        }
      }
      return told;
    }

    /** The checksum of that path; paths that were passed by are forgotten. */
    @Nullable FileSum of(RelativePath path) throws IOException {
      FileSum found = null;
      while (!pieces.isEmpty() && pieces.peek().path.compareTo(path) <= 0) {
        Piece piece = pieces.remove();
        if (piece.path.equals(path)) {
          found = piece.sum;
        }
        if (piece.next()) {
          pieces.add(piece);
        }
      }
      return found;
    }

    @Override
    public void close() throws IOException {
      for (InputStream one : open) {
        one.close();
      }
    }
  }

  /** A piece, at one of its lines. */
  private static final class Piece {
    private final DataInputStream in;
    private final int number;
    private RelativePath path = RelativePath.TOP;
    private FileSum sum = new FileSum(0, 0);

    Piece(DataInputStream in, int number) {
      this.in = in;
      this.number = number;
    }

    boolean next() throws IOException {
      try {
        byte[] bytes = in.readNBytes(in.readUnsignedShort());
        path = RelativePath.of(bytes);
        sum = FileSum.read(in);
        return true;
      } catch (EOFException | IllegalArgumentException e) {
        // cut off by a kill
        return false;
      }
    }
  }
}
