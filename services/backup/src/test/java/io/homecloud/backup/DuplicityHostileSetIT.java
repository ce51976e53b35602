package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.unready;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a stranger has written at a target of duplicity's. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityHostileSetIT {
  /** Makes of a directory in the only set of a target a link, and the manifest right again. */
  private static final String LINK_FOR_DIRECTORY =
      """
      import glob, hashlib, io, re, sys, tarfile
      root, directory, to = sys.argv[1:]
      volume = glob.glob(root + "/duplicity-full.*.vol1.difftar*")[0]
      manifest = glob.glob(root + "/duplicity-full.*.manifest*")[0]
      before = tarfile.open(volume)
      into = io.BytesIO()
      after = tarfile.open(fileobj=into, mode="w:gz" if volume.endswith("gz") else "w")
      for entry in before:
          data = before.extractfile(entry) if entry.isfile() else None
          if entry.name.rstrip("/") == "snapshot/" + directory:
              entry.type, entry.linkname = tarfile.SYMTYPE, to
          after.addfile(entry, data)
      after.close()
      open(volume, "wb").write(into.getvalue())
      text = open(manifest).read()
      digest = hashlib.sha1(into.getvalue()).hexdigest()
      open(manifest, "w").write(re.sub("Hash SHA1 [0-9a-f]+", "Hash SHA1 " + digest, text))
      """;

  @Test
  void aSetThatHasSomethingBeneathALinkBringsNothingToWhereThatLeads() throws IOException {
    // Given: whoever may write to the target has made a link of a directory
    String name = freshName();
    Path files = volume(name);
    file(files, "a/evil.txt", "written by a stranger");
    Path root = place();
    Response made =
        made(
            API + "/repositories",
            name,
            "{'engine':'duplicity','url':'file://%s','encryption':{'mode':'none'}}"
                .formatted(root));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    Path room =
        BackupHouse.disks()
            .directory()
            .resolve("backup/duplicity")
            .resolve(made.<String>path("metadata.uid"));
    assertThat(room).isDirectory();
    String _ =
        Shell.must(
            "python3", "-c", LINK_FOR_DIRECTORY, root.toString(), name + "/a", room.toString());
    // As on a machine that has not seen the set before.
    String _ = Shell.in(room, "rm -r cache");

    // When
    String restore = freshName();
    var _ =
        wish(
            API + "/restores",
            restore,
            "{'run':'%s','target':{'volume':'%s','path':'back'}}".formatted(run, name));
    Response failed = ended("restores", restore);

    // Then
    assertThat(failed.<String>path("status.state")).as(failed.asString()).isEqualTo("Failed");
    assertThat(message(failed)).contains("beneath a link");
    assertThat(room.resolve("evil.txt")).doesNotExist();
  }

  @Test
  void aMarkThatIsLargerThanAnyIsNotFetched() throws IOException {
    // Given: it takes no room there
    Path root = place();
    String _ = Shell.must("truncate", "-s", "64M", root + "/homecloud-repository.json");

    // When
    String said = unready("file://" + root, Map.of("password", "of nobody"));

    // Then
    assertThat(said).contains("File too large");
  }
}
