package io.homecloud.storage.snapshot.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.btrfs.stream.SendCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TouchedTreeTest {
  @TempDir private Path directory = Path.of("/");

  private static RelativePath path(String text) {
    return RelativePath.of(text);
  }

  /** Where each older path is now, and what is new, as the tree has it. */
  private static Map<String, String> places(TouchedTree tree) {
    Map<String, String> places = new TreeMap<>();
    for (int node = 1; node < tree.size(); node++) {
      if (tree.was(node) || tree.is(node)) {
        places.put(
            tree.was(node) ? tree.oldPath(node).toString() : "new " + tree.path(node),
            tree.is(node) ? tree.path(node).toString() : "gone");
      }
    }
    return places;
  }

  @Test
  void exchangedDirectoriesTakeAlongWhatIsInside() {
    // Given
    try (Scratch scratch = new Scratch(directory)) {
      TouchedTree tree = new TouchedTree(scratch);
      StreamFold fold = new StreamFold(tree, new Ranges(scratch));
      // When
      fold.apply(new SendCommand.Truncate(path("x/file"), 1));
      fold.apply(new SendCommand.Rename(path("y"), path("o262-9-0")));
      fold.apply(new SendCommand.Rename(path("x"), path("y")));
      fold.apply(new SendCommand.Rename(path("o262-9-0"), path("x")));
      fold.apply(new SendCommand.Mkfile(path("x/other"), 1));
      // Then
      assertThat(places(tree))
          .isEqualTo(Map.of("x", "y", "y", "x", "x/file", "y/file", "new x/other", "x/other"));
    }
  }

  @Test
  void whatIsMadeAndRemovedAgainIsNothing() {
    // Given
    try (Scratch scratch = new Scratch(directory)) {
      TouchedTree tree = new TouchedTree(scratch);
      // When
      int made = tree.make(path("d/temporary"));
      tree.move(made, path("d/moved"));
      tree.remove(made);
      // Then
      assertThat(places(tree)).isEqualTo(Map.of("d", "d"));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    // Given
    try (Scratch scratch = new Scratch(directory)) {
      TouchedTree tree = new TouchedTree(scratch);
      tree.remove(tree.at(path("gone")));
      tree.make(path("new"));
      // When, then
      assertThatThrownBy(() -> tree.at(path("gone/inside")))
          .isInstanceOf(InconsistentStreamException.class);
      assertThatThrownBy(() -> tree.at(path("new/inside")))
          .isInstanceOf(InconsistentStreamException.class);
      assertThatThrownBy(() -> tree.move(tree.at(path("a")), path("a/b/c")))
          .isInstanceOf(InconsistentStreamException.class);
      assertThatThrownBy(() -> tree.remove(TouchedTree.TOP))
          .isInstanceOf(InconsistentStreamException.class);
    }
  }

  @Test
  void manyNamesBeyondTheHeapAreWalkedInOrder() {
    // Given
    Random random = new Random(5);
    TreeMap<RelativePath, Integer> expected = new TreeMap<>();
    try (Scratch scratch = new Scratch(directory, 0)) {
      TouchedTree tree = new TouchedTree(scratch);
      List<RelativePath> directories = new ArrayList<>(List.of(RelativePath.TOP));
      for (int i = 0; i < 60_000; i++) {
        RelativePath parent = directories.get(random.nextInt(directories.size()));
        RelativePath path = parent.resolve(path("n" + random.nextInt(1_000_000)));
        if (expected.containsKey(path)) {
          continue;
        }
        expected.put(path, tree.make(path));
        if (i % 20 == 0 && path.length() < 300) {
          directories.add(path);
        }
      }
      // When
      TreeWalk before = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.DIRECTORY_FIRST);
      TreeWalk after = new TreeWalk(tree, TreeWalk.When.NOW, TreeWalk.Visit.CONTENT_FIRST);
      // Then
      for (Map.Entry<RelativePath, Integer> entry : expected.entrySet()) {
        int node = before.next();
        assertThat(node).isEqualTo(entry.getValue());
        assertThat(tree.path(node)).isEqualTo(entry.getKey());
        assertThat(tree.at(entry.getKey())).isEqualTo(node);
      }
      assertThat(before.next()).isEqualTo(TouchedTree.NONE);
      boolean[] seen = new boolean[tree.size()];
      for (int node = after.next(); node != TouchedTree.NONE; node = after.next()) {
        seen[node] = true;
        assertThat(seen[tree.parent(node)]).isFalse();
      }
    }
  }
}
