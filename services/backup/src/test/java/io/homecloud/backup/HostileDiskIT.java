package io.homecloud.backup;

import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody has done to copies who had their disk in his hands. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class HostileDiskIT {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsWrittenWhereALinkLeadsThatIsInThePlaceOfAVolume(boolean sealedAgain)
      throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a/1", "1");
    Path root = repository(name, target("btrfs", 256L << 20));
    plan(name, name, name, "");
    Response _ = run(name);
    Path outside = Files.createDirectory(BackupHouse.disks().directory().resolve(name));
    Files.writeString(outside.resolve("theirs"), "theirs");
    Path copy = root.resolve(name + "/latest").toRealPath();
    String _ = Shell.must("btrfs", "property", "set", "-ts", copy.toString(), "ro", "false");
    String _ = Shell.in(copy, "rm -r %1$s && ln -s '%2$s' %1$s".formatted(name, outside));
    if (sealedAgain) {
      String _ = Shell.must("btrfs", "property", "set", "-ts", copy.toString(), "ro", "true");
    }

    // When
    file(files, "b", "2");
    Response second = run(name);

    // Then
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(outside).isDirectoryNotContaining("glob:**/{a,b}");
    assertThat(outside.resolve("theirs")).hasContent("theirs");
    Path newest = root.resolve(name + "/latest").toRealPath().resolve(name);
    assertThat(Files.isSymbolicLink(newest)).isFalse();
    assertThat(newest.resolve("a/1")).hasContent("1");
    assertThat(newest.resolve("b")).hasContent("2");
  }
}
