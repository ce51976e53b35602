package io.homecloud.sharing;

import static io.homecloud.sharing.Asking.API;
import static io.homecloud.sharing.Asking.as;
import static io.homecloud.sharing.Asking.asking;
import static io.homecloud.sharing.Asking.freshName;
import static io.homecloud.sharing.Asking.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.ApiDocument;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.HostileClient;
import io.homecloud.testkit.HostileClient.Answer;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every operation of sharing, also for those that are added tomorrow. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class EveryOperationIT {
  private static final String ROOT = TestTokens.token("root", List.of("administrator"));
  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 60 : 3;
  private static final int EACH = 8;
  private static final List<String> KINDS = List.of("accounts", "groups", "shares", "guest-links");

  /** What would be granted. */
  private static final Map<String, String> GRANTED =
      Map.ofEntries(
          Map.entry(
              "accounts",
              "{'metadata':{'name':'#','labels':{'a':'b'}},'spec':{'displayName':'Äx','mail':'a@b.example',"
                  + "'groups':['{groups}'],'disabled':false,'role':'member'}}"),
          Map.entry("groups", "{'metadata':{'name':'#'},'spec':{'displayName':'x'}}"),
          Map.entry(
              "shares",
              "{'metadata':{'name':'#'},'spec':{'volume':'{volumes}','path':'a/b','protocols':['smb','nfs','webdav'],"
                  + "'access':[{'account':'{accounts}','level':'write'},{'group':'{groups}','level':'read'}],"
                  + "'guests':'read','nfs':{'clients':['10.0.0.0/8'],'as':'{accounts}'},'hidden':true,'readOnly':false,"
                  + "'recycleBin':{'days':30},'previousVersions':true}}"),
          Map.entry(
              "guest-links",
              "{'metadata':{'name':'#'},'password':'x','spec':{'share':'{shares}','paths':[''],'mode':'upload',"
                  + "'expiresAt':'2099-01-01T00:00:00Z','maxUses':3,'displayName':'x',"
                  + "'limits':{'bytes':'1Gi','files':3,'types':['jpg']}}}"),
          Map.entry("password", "{'password':'correct horse 42','current':'x'}"),
          Map.entry(
              "sign-in", "{'account':'{accounts}','password':'correct horse 42','cookie':true}"),
          Map.entry("refresh", "{'refreshToken':'x'}"));

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
      // Who signs in has no token yet, and the public keys are for everybody.
      String open = operation.path().endsWith("/sign-in/keys") ? "GET" : "POST";
      if (operation.path().contains("/sign-in") && operation.method().equals(open)) {
        continue;
      }
      HttpRequest.Builder bare = client.bare(operation);
      // When, Then
      assertThat(client.send(bare.build()).status())
          .as("%s without a token", operation)
          .isEqualTo(401);
      TestTokens.wrong()
          .forEach((what, token) -> {
            Answer answer =
                client.send(bare.copy().header("Authorization", "Bearer " + token).build());
            assertThat(answer.status()).as("%s with a token %s", operation, what).isEqualTo(401);
            assertThat(answer.text()).contains("urn:homecloud:problem:unauthenticated");
          });
    }
  }

  @Test
  void whateverIsSentNothingBreaksOrIsHalfMade() throws IOException {
    // When
    List<String> broken = client().breaks(ROUNDS, EACH, EveryOperationIT::furnished, GRANTED, ROOT);

    // Then
    assertThat(broken).isEmpty();
    for (String kind : KINDS) {
      Eventually.eventually(() -> assertThat(unsettled(kind)).as(kind).isEmpty());
    }
    Path data = ShareHouse.disks().directory();
    Set<String> accounts = all("accounts", "uid");
    try (Stream<Path> passwords = Files.list(data.resolve("secrets/accounts"))) {
      assertThat(passwords.map(file -> file.getFileName().toString().replace(".json", "")))
          .allMatch(accounts::contains);
    }
    Set<String> shares = all("shares", "name");
    Eventually.eventually(() -> {
      try (Stream<Path> mounts = Files.list(data.resolve("shares"))) {
        assertThat(mounts.map(mount -> mount.getFileName().toString())).allMatch(shares::contains);
      }
    });
  }

  @Test
  void whateverIsSentToPagesNothingBreaks() {
    // Given
    List<String> query = List.of("raw", "download", "zip", "from", "to");
    List<ApiDocument.Operation> pages =
        Stream.of(
                "GET /g/{token}",
                "POST /g/{token}",
                "GET /g/{token}/f/{path}",
                "POST /g/{token}/zip",
                "PUT /g/{token}/files/{name}",
                "POST /g/{token}/upload",
                "GET /",
                "GET /links",
                "POST /links",
                "POST /links/choose",
                "POST /links/chosen",
                "GET /links/small/{share}/{path}",
                "POST /links/{name}/revoke",
                "GET /sign-in",
                "POST /sign-in",
                "POST /sign-in/form",
                "POST /sign-out")
            .map(line -> line.split(" ", 2))
            .map(parts -> new ApiDocument.Operation(parts[0], parts[1], query))
            .toList();
    List<String> words =
        List.of("password", "in", "file", "title", "share", "days", "uses", "paths", "pick", "use");

    // When
    List<String> broken =
        new HostileClient("http://localhost:" + RestAssured.port, pages, words)
            .breaks(ROUNDS, 3 * EACH, EveryOperationIT::visited, Map.of(), ROOT);

    // Then
    assertThat(broken).isEmpty();
  }

  /** A link of each kind, now this one and now that. */
  private static Map<String, String> visited() {
    Map<String, String> furnished = furnished();
    String mode =
        furnished.getOrDefault("accounts", "").hashCode() % 2 == 0 ? "upload" : "download";
    String url = link(freshName(), furnished.getOrDefault("shares", ""), mode);
    return Map.of(
        "g",
        url.substring(url.lastIndexOf('/') + 1),
        "f",
        "note.txt",
        "files",
        "note.txt",
        "links",
        furnished.getOrDefault("guest-links", ""));
  }

  private static Set<String> all(String kind, String what) {
    return new HashSet<>(
        asking()
            .get(API + "/" + kind + "?limit=1000")
            .<List<String>>path("items.metadata." + what));
  }

  /** Those of which nothing says yet what has become of them. */
  private static List<String> unsettled(String kind) {
    return asking()
        .get(API + "/" + kind + "?limit=1000")
        .path(
            "items.findAll{it.metadata.generation != it.status?.observedGeneration"
                + " || !it.status.conditions.any{it.type=='Ready'}}.metadata.name");
  }

  /** A new link of the machine itself, which may do everything with shares; its URL. */
  private static String link(String name, String share, String mode) {
    return as(ROOT)
        .body(
            "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"share\":\"%s\",\"mode\":\"%s\"}}"
                .formatted(name, share, mode))
        .post(API + "/guest-links?wait=2m")
        .path("url");
  }

  /** One of everything: what follows which segment of a path. */
  private static Map<String, String> furnished() {
    Houses.pool("home");
    String volume = freshName();
    var _ = Houses.volume("home", volume);
    String group = freshName();
    String account = freshName();
    String share = freshName();
    String link = freshName();
    wish("groups", group, "{}").then().statusCode(201);
    wish("accounts", account, "{'groups':['" + group + "']}").then().statusCode(201);
    Houses.share(share, "{'volume':'" + volume + "','protocols':['smb'],'guests':'read'}")
        .statusCode(201);
    assertThat(link(link, share, "download")).isNotEmpty();
    return Map.of(
        "accounts", account,
        "groups", group,
        "shares", share,
        "guest-links", link,
        "sessions", "smb-1",
        "sign-ins", "00000000-0000-0000-0000-000000000000",
        "tasks", "00000000-0000-0000-0000-000000000000",
        "volumes", volume);
  }
}
