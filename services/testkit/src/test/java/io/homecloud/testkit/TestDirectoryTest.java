package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestDirectoryTest {
  @Test
  void onlyDirectoriesOfDeadOwnersAreSwept() throws IOException {
    // Given
    ProcessIdentity self = ProcessIdentity.self();
    Path root = Files.createDirectories(TestDirectory.root().resolve("sweep")).toRealPath();
    Path dead =
        Files.createDirectories(
            root.resolve(new ProcessIdentity(self.pid(), 1, self.boot()).text()));
    Path mine = root.resolve(self.text());
    Path strange = Files.createDirectories(root.resolve("not-an-owner"));
    List<Path> removed = new ArrayList<>();
    // When
    Path given = TestDirectory.ofThisProcess("sweep", removed::add);
    // Then
    assertThat(given).isEqualTo(mine).isDirectory();
    assertThat(removed).containsExactly(dead);
    assertThat(strange).isDirectory();
    Leftovers.deleteTree(root);
  }
}
