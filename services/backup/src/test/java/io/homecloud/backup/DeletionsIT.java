package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies that take long to delete. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DeletionsIT {
  /** As many as are looked at at once. */
  private static final int ALL_THREADS = 16;

  @Test
  void howeverManyGoEverythingElseIsLookedAtMeanwhile() throws IOException {
    // Given: a disk on which nothing can be deleted for now
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path _ = repository(name, disk);
    plan(name, name, name, "");
    for (int i = 0; i <= ALL_THREADS; i++) {
      String _ = order(name);
      completed(name, i + 1);
    }
    List<String> old = runs(name).subList(0, ALL_THREADS);
    String _ = Shell.must("fsfreeze", "--freeze", disk.toString());
    try {
      for (String run : old) {
        asking().delete(API + "/runs/" + run).then().statusCode(202);
      }

      // When, then
      Path _ = repository(freshName(), target("ext4", 64L << 20));
      assertThat(runs(name)).hasSize(ALL_THREADS + 1);
    } finally {
      String _ = Shell.must("fsfreeze", "--unfreeze", disk.toString());
    }

    // Then
    eventually(() -> assertThat(runs(name)).hasSize(1));
    assertThat(Shell.in(disk, "ls -d */*/runs/*Z | wc -l")).isEqualTo("1");
  }
}
