package io.homecloud.backup.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.tree.RepositoryDirectory.Opened;
import io.homecloud.control.Name;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  private static final UUID OURS = new UUID(1, 1);
  private static final Name PHOTOS = new Name("photos");

  @TempDir Path directory;

  private Trees trees() {
    ObjectMapper json = new ObjectMapper().findAndRegisterModules();
    RepositoryDirectory repositories =
        new RepositoryDirectory(_ -> new LinkedTrees(new LocalHost()), new MarkFiles(json));
    Path root = directory.resolve("copies");
    Opened opened =
        Files.exists(root)
            ? repositories.open(root)
            : repositories.initialise(root, new UUID(2, 2), OURS, Instant.EPOCH);
    return ((Opened.Here) opened).trees();
  }

  @Test
  void aPlanThatWasBegunByAKilledProcessHasItsName() throws IOException {
    // Given
    Trees trees = trees();
    Files.createDirectories(directory.resolve("copies/.photos.begun/runs"));

    // When
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    PlanTrees _ = trees.plan(OURS, PHOTOS);

    // Then
    assertThat(directory.resolve("copies/photos/runs")).isDirectory();
    assertThat(directory.resolve("copies")).isDirectoryNotContaining("glob:**.begun");
    assertThat(directory.resolve("copies")).isDirectoryNotContaining("glob:**@**");
  }

  @Test
  void anEmptyDirectoryIsTakenAndAStrangersIsNot() throws IOException {
    // Given
    Trees trees = trees();
    Files.createDirectory(directory.resolve("copies/photos"));

    // When
    PlanTrees _ = trees.plan(OURS, PHOTOS);
    PlanTrees _ = trees.plan(new UUID(0x12345678_00000000L, 0), PHOTOS);

    // Then
    assertThat(directory.resolve("copies/photos/runs")).isDirectory();
    assertThat(directory.resolve("copies/photos@12345678/runs")).isDirectory();
  }
}
