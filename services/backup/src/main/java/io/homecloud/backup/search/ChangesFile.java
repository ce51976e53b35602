package io.homecloud.backup.search;

import io.homecloud.backup.change.Touched;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.host.path.RelativePath;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a run said it has touched, until the index has it. Without it the whole copy is walked, so
 * whatever is wrong with it is no harm.
 */
final class ChangesFile {
  private static final String NAME = "changes";

  private ChangesFile() {}

  static boolean is(Path file) {
    return file.getFileName().toString().startsWith(NAME);
  }

  static void write(Path directory, UUID base, Touched touched) {
    Path next = directory.resolve(NAME + ".next");
    try {
      PrivateDirectory.make(directory);
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next)))) {
        out.writeLong(base.getMostSignificantBits());
        out.writeLong(base.getLeastSignificantBits());
        write(out, touched.names());
        write(out, touched.trees());
      }
      Files.move(next, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, Set<RelativePath> paths) throws IOException {
    out.writeInt(paths.size());
    for (RelativePath path : paths) {
      byte[] bytes = path.bytes();
      out.writeShort(bytes.length);
      out.write(bytes);
    }
  }

  /** What was touched since that run; empty when it was another, or is not known. */
  static Optional<Changed> read(Path directory, UUID base) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      UUID its = new UUID(in.readLong(), in.readLong());
      return its.equals(base)
          ? Optional.of(new Changed(new Touched(paths(in), paths(in))))
          : Optional.empty();
    } catch (java.io.EOFException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Set<RelativePath> paths(DataInputStream in) throws IOException {
    Set<RelativePath> paths = new HashSet<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      paths.add(RelativePath.of(in.readNBytes(in.readUnsignedShort())));
    }
    return paths;
  }

  static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
    Files.deleteIfExists(directory.resolve(NAME + ".next"));
  }
}
