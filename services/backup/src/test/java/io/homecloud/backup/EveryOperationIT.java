package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.ApiDocument;
import io.homecloud.testkit.HostileClient;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every operation of backup, also for those that are added tomorrow. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class EveryOperationIT {
  private static final String ROOT = TestTokens.token("root", List.of("administrator"));
  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 60 : 2;
  private static final int EACH = 8;

  private static @Nullable Path disk;

  /** What would be granted. */
  private static final Map<String, String> GRANTED =
      Map.of(
          "repositories",
          "{'metadata':{'name':'#'},'spec':{'engine':'rsync','url':'file:///nowhere/at/all','displayName':'x'}}",
          "plans",
          "{'metadata':{'name':'#','labels':{'a':'b'}},'spec':{'repository':'{repositories}','sources':[{'volume':"
              + "'{volumes}','path':'a/b','include':['*.txt'],'exclude':['*']}],'schedule':'0 3 1 1 *','timeZone':"
              + "'Europe/Berlin','jitter':'5m','retention':{'last':3,'daily':7},'suspended':true}}",
          "runs",
          "{'spec':{'pinned':true}}",
          "secrets",
          "{'values':{'passphrase':'x'}}",
          "restores",
          "{'metadata':{'name':'#'},'spec':{'run':'{runs}','paths':['{volumes}/a.txt'],'target':{'volume':'{volumes}',"
              + "'path':'back'},'overwrite':'always'}}");

  private static HostileClient client() {
    HostileClient client = new HostileClient("http://localhost:" + RestAssured.port, API + "/");
    assertThat(client.document().operations()).hasSizeGreaterThan(25);
    return client;
  }

  @Test
  void nobodyIsAnsweredWithoutAValidToken() {
    // Given
    HostileClient client = client();
    for (ApiDocument.Operation operation : client.document().operations()) {
      HttpRequest.Builder bare = client.bare(operation);
      // When, Then
      assertThat(client.send(bare.build()).status()).as("%s", operation).isEqualTo(401);
    }
  }

  @Test
  void whateverIsSentNothingBreaksOrIsHalfMade() {
    // When
    List<String> broken = client().breaks(ROUNDS, EACH, EveryOperationIT::furnished, GRANTED, ROOT);

    // Then
    assertThat(broken).isEmpty();
    for (String kind : List.of("runs", "restores")) {
      eventually(() ->
          assertThat(
                  asking()
                      .get(API + "/" + kind + "?limit=1000")
                      .<List<String>>path("items.status.state"))
              .as(kind)
              .allMatch(state -> List.of("Completed", "Failed", "Cancelled").contains(state)));
    }
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  /** One of everything: what follows which segment of a path. */
  private static Map<String, String> furnished() {
    try {
      Path there = disk == null ? target("ext4", 500L << 20) : disk;
      disk = there;
      String name = freshName();
      file(volume(name), "a.txt", "a");
      Path _ = repository(name, there);
      plan(name, name, name, "");
      String run = run(name).path("metadata.name");
      String restore = freshName();
      var _ =
          made(
              API + "/restores",
              restore,
              "{'run':'%s','target':{'volume':'%s','path':'b'}}".formatted(run, name));
      return Map.of(
          "repositories", name,
          "plans", name,
          "runs", run,
          "restores", restore,
          "files", name + "/a.txt",
          "tasks", "00000000-0000-0000-0000-000000000000",
          "volumes", name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
