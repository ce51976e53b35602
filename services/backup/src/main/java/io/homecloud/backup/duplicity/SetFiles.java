package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is in a copy, by its index; a file's bytes are fetched when they are asked for. */
final class SetFiles implements CopyFiles {
  private static final Path FETCHED = Path.of("fetched");

  private final IndexFile index;
  private final SetPaths paths;
  private final Restoring restoring;

  SetFiles(IndexFile index, SetPaths paths, Restoring restoring) {
    this.index = index;
    this.paths = paths;
    this.restoring = restoring;
  }

  @Override
  public Optional<Entry> entry(RelativePath path) throws IOException {
    if (paths.isNothing(path)) {
      return Optional.empty();
    }
    Optional<Entry> entry = index.entry(paths.inSet(path));
    return path.equals(SetPaths.all())
        ? entry.map(
            top -> new Entry(path, top.type(), top.size(), top.modifiedAt(), top.permissions()))
        : entry;
  }

  @Override
  public List<Entry> list(RelativePath directory, Optional<RelativePath> after, int most)
      throws IOException {
    if (paths.isAboveAll(directory)) {
      return after.isPresent() ? List.of() : entry(SetPaths.all()).stream().toList();
    }
    return paths.isNothing(directory) ? List.of() : index.list(paths.inSet(directory), after, most);
  }

  @Override
  public void walk(Visitor visitor) throws IOException {
    if (paths.byHand()) {
      visitor.visit(SetPaths.all(), entry(SetPaths.all()).orElseThrow());
    }
    index.walk((path, entry) ->
        visitor.visit(paths.byHand() ? SetPaths.all().resolve(path) : path, entry));
  }

  @Override
  public Optional<Fetched> fetch(RelativePath file) throws IOException {
    if (entry(file).filter(entry -> entry.type() == FileType.FILE).isEmpty()) {
      return Optional.empty();
    }
    Path directory = restoring.room().job();
    Path fetched = directory.resolve(FETCHED);
    boolean there = false;
    try {
      if (restoring.one(paths.inSet(file), fetched)
          instanceof Copied.Not(var trouble, String sentence)) {
        throw new EngineTrouble(trouble, sentence);
      }
      there = Files.isRegularFile(fetched, LinkOption.NOFOLLOW_LINKS);
      return there ? Optional.of(new InDirectory(fetched)) : Optional.empty();
    } finally {
      if (!there) {
        Room.removeIfPossible(directory);
      }
    }
  }

  /** A file alone in a directory, which goes with it. */
  private record InDirectory(Path path) implements Fetched {
    @Override
    public void close() {
      Room.removeIfPossible(Objects.requireNonNull(path.getParent()));
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
