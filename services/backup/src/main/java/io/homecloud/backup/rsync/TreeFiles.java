package io.homecloud.backup.rsync;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is in a tree. Never anything outside of it. */
public final class TreeFiles implements CopyFiles {
  private static final RelativePath MARK =
      RelativePath.of(RunMark.FILE.getBytes(StandardCharsets.UTF_8));

  /** PATH_MAX. */
  private static final int LONGEST_LINK = 4096;

  private final BeneathTree tree;

  public TreeFiles(Path directory) throws IOException {
    this.tree = BeneathTree.ofNoLink(directory);
  }

  @Override
  public Optional<Entry> entry(RelativePath path) {
    return tree.status(path).map(status -> entry(path.name(), status));
  }

  private static Entry entry(RelativePath name, FileStatus status) {
    return new Entry(
        name,
        status.type(),
        status.type() == FileType.FILE ? status.size() : 0,
        status.modifiedAt(),
        status.permissions());
  }

  @Override
  public List<Entry> list(RelativePath path, Optional<RelativePath> after, int most)
      throws IOException {
    Optional<Descriptor> directory =
        tree.open(path, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
    if (directory.isEmpty()) {
      return List.of();
    }
    List<RelativePath> names = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    try (DirectoryEntries reader = new DirectoryEntries(directory.get())) {
      for (Optional<byte[]> name = reader.next(); name.isPresent(); name = reader.next()) {
        RelativePath one = RelativePath.of(name.get());
        if (!(path.isTop() && one.equals(MARK))
            && after.filter(last -> one.compareTo(last) <= 0).isEmpty()) {
          names.add(one);
        }
      }
      if (reader.failure() < 0) {
        throw new IOException("reading a directory: " + reader.failure());
      }
      names.sort(null);
      for (RelativePath name : names.subList(0, Math.min(most, names.size()))) {
        if (FileCalls.status(directory.get().number(), name.bytes())
            instanceof StatusAnswer.Found(FileStatus status)) {
          entries.add(entry(name, status));
        }
      }
    }
    return entries;
  }

  @Override
  public Optional<Fetched> fetch(RelativePath path) {
    return tree.open(path, FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW).map(Open::new);
  }

  @Override
  public Optional<byte[]> link(RelativePath path) {
    Optional<Descriptor> parent =
        tree.open(path.parent(), FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    try (Descriptor directory = parent.get()) {
      byte[] target = new byte[LONGEST_LINK];
      long length = FileCalls.readSymlink(directory.number(), path.name().bytes(), target);
      return length < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(target, (int) length));
    }
  }

  /** The open file itself, whatever becomes of its name. */
  private record Open(Descriptor file) implements Fetched {
    @Override
    public Path path() {
      return Path.of(new String(file.path(), StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
      file.close();
    }
  }

  @Override
  public void close() {
    tree.close();
  }
}
