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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

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
    return Optional.ofNullable(entries(List.of(path)).get(path));
  }

  @Override
  public Map<RelativePath, Entry> entries(Collection<RelativePath> asked) throws IOException {
    List<RelativePath> possible = asked.stream().filter(path -> !paths.isNothing(path)).toList();
    Map<RelativePath, Entry> inSet =
        index.entries(possible.stream().map(paths::inSet).collect(Collectors.toSet()));
    Map<RelativePath, Entry> there = new HashMap<>();
    for (RelativePath path : possible) {
      Entry entry = inSet.get(paths.inSet(path));
      if (entry != null) {
        there.put(path, path.equals(SetPaths.all()) ? called(path, entry) : entry);
      }
    }
    return there;
  }

  private static Entry called(RelativePath name, Entry top) {
    return new Entry(name, top.type(), top.size(), top.modifiedAt(), top.permissions());
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
