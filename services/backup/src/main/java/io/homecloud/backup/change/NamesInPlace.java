package io.homecloud.backup.change;

import io.homecloud.backup.change.Steps.Move;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes and renames in a copy. Names may have gone round in circles, so first all old ones are
 * taken away, what is inside before the directory, and then the new ones are given.
 */
final class NamesInPlace {
  private final BeneathTree tree;
  private final BeneathTree aside;

  private NamesInPlace(BeneathTree tree, BeneathTree aside) {
    this.tree = tree;
    this.aside = aside;
  }

  /**
   * @param tree the copy
   * @param aside an empty directory in the same subvolume
   * @return what was removed
   * @throws DoubtException when the copy is not as it should have been
   */
  static Sizes change(Path tree, Path aside, Steps steps) throws IOException, DoubtException {
    try (BeneathTree beneath = BeneathTree.ofNoLink(tree);
        BeneathTree away = BeneathTree.of(aside)) {
      NamesInPlace names = new NamesInPlace(beneath, away);
      Map<RelativePath, byte[]> numbers = new HashMap<>();
      Sizes removed = names.takeAway(steps, numbers);
      List<Move> moves = new ArrayList<>(steps.moved());
      moves.sort(Comparator.comparing(Move::to));
      for (Move move : moves) {
        names.place(move.to(), numbers.getOrDefault(move.from(), new byte[0]));
      }
      return removed;
    }
  }

  private Sizes takeAway(Steps steps, Map<RelativePath, byte[]> numbers)
      throws IOException, DoubtException {
    List<RelativePath> old = new ArrayList<>(steps.removed());
    for (Move move : steps.moved()) {
      numbers.put(move.from(), Integer.toString(numbers.size()).getBytes(StandardCharsets.UTF_8));
      old.add(move.from());
    }
    old.sort(Comparator.reverseOrder());
    Sizes removed = Sizes.NONE;
    for (RelativePath path : old) {
      byte[] number = numbers.get(path);
      if (number == null) {
        removed = removed.plus(remove(path));
      } else {
        putAside(path, number);
      }
    }
    return removed;
  }

  private Sizes remove(RelativePath path) throws DoubtException {
    Sizes size = Sizes.of(tree, List.of(path));
    FileStatus status = tree.status(path).orElseThrow(() -> notAsItWas(path));
    try (Descriptor parent = parent(path)) {
      byte[] name = path.name().bytes();
      long answer =
          status.type() == FileType.DIRECTORY
              ? FileCalls.removeDirectory(parent.number(), name)
              : FileCalls.unlink(parent.number(), name);
      if (answer < 0) {
        throw notAsItWas(path);
      }
    }
    return size;
  }

  private void putAside(RelativePath path, byte[] number) throws DoubtException {
    try (Descriptor parent = parent(path)) {
      if (FileCalls.rename(parent.number(), path.name().bytes(), aside.top().number(), number, 0)
          < 0) {
        throw notAsItWas(path);
      }
    }
  }

  private void place(RelativePath path, byte[] number) throws IOException, DoubtException {
    try (Descriptor parent = Directories.made(tree, path.parent())) {
      long answer =
          FileCalls.rename(
              aside.top().number(),
              number,
              parent.number(),
              path.name().bytes(),
              FileCalls.RENAME_NOREPLACE);
      if (Errno.ENOSPC.is(answer) || Errno.EDQUOT.is(answer)) {
        throw new IOException(path + ": " + Errno.of(answer).text());
      }
      if (answer < 0) {
        throw notAsItWas(path);
      }
    }
  }

  private Descriptor parent(RelativePath path) throws DoubtException {
    Optional<Descriptor> parent = Directories.opened(tree, path.parent());
    return parent.orElseThrow(() -> notAsItWas(path));
  }

  private static DoubtException notAsItWas(RelativePath path) {
    return new DoubtException("The copy before is not as it was made, at " + path.display() + ".");
  }
}
