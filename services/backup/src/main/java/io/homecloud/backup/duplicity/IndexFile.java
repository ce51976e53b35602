package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyFiles.Entry;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code job.py} wrote of a copy: a line for each file, in the order of a walk. */
final class IndexFile {
  private static final int FIELDS = 4;

  private final Path file;

  IndexFile(Path file) {
    this.file = file;
  }

  /** A file and where it is. */
  private record Line(RelativePath path, Entry entry) {
    static Optional<Line> parse(String text) {
      String[] fields = text.split(" ", FIELDS);
      byte[] bytes = fields.length == FIELDS ? PercentCode.decode(fields[3]) : null;
      if (bytes == null) {
        return Optional.empty();
      }
      try {
        RelativePath path = RelativePath.of(bytes);
        return Optional.of(
            new Line(
                path,
                new Entry(
                    path.name(),
                    type(fields[0]),
                    Entry.UNKNOWN,
                    Instant.ofEpochSecond(Long.parseLong(fields[2])),
                    Integer.parseInt(fields[1], 8))));
      } catch (IllegalArgumentException e) {
        // No file is called so; a copy from elsewhere may say what it likes.
        return Optional.empty();
      }
    }

    private static FileType type(String word) {
      return switch (word) {
        case "dir" -> FileType.DIRECTORY;
        case "reg" -> FileType.FILE;
        case "sym" -> FileType.SYMLINK;
        case "fifo" -> FileType.FIFO;
        case "chr" -> FileType.CHARACTER_DEVICE;
        case "blk" -> FileType.BLOCK_DEVICE;
        default -> FileType.SOCKET;
      };
    }
  }

  /** What there is at those paths; one look for all of them. */
  Map<RelativePath, Entry> entries(Set<RelativePath> paths) throws IOException {
    Map<RelativePath, Entry> there = new HashMap<>();
    if (paths.contains(RelativePath.TOP)) {
      there.put(
          RelativePath.TOP,
          new Entry(RelativePath.TOP, FileType.DIRECTORY, Entry.UNKNOWN, Instant.EPOCH, 0755));
    }
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      String text = lines.readLine();
      while (text != null && there.size() < paths.size()) {
        Line.parse(text)
            .filter(line -> paths.contains(line.path()))
            .ifPresent(line -> there.putIfAbsent(line.path(), line.entry()));
        text = lines.readLine();
      }
    }
    return there;
  }

  void walk(CopyFiles.Visitor visitor) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        Optional<Line> line = Line.parse(text);
        if (line.isPresent()) {
          visitor.visit(line.get().path(), line.get().entry());
        }
      }
    }
  }

  List<Entry> list(RelativePath directory, Optional<RelativePath> after, int most)
      throws IOException {
    List<Entry> found = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        Optional<Line> line = Line.parse(text);
        if (line.isPresent() && line.get().path().parent().equals(directory)) {
          found.add(line.get().entry());
        }
      }
    }
    found.sort(Comparator.comparing(Entry::name));
    return found.stream()
        .filter(entry -> after.filter(last -> entry.name().compareTo(last) <= 0).isEmpty())
        .limit(most)
        .toList();
  }
}
