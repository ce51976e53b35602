package io.homecloud.sharing;

import static io.homecloud.sharing.Asking.API;
import static io.homecloud.sharing.Asking.PASSWORD;
import static io.homecloud.sharing.Asking.account;
import static io.homecloud.sharing.Asking.asking;
import static io.homecloud.sharing.Asking.assertProblem;
import static io.homecloud.sharing.Asking.freshName;
import static io.homecloud.sharing.Asking.refresh;
import static io.homecloud.sharing.Asking.setPassword;
import static io.homecloud.sharing.Asking.signIn;
import static io.homecloud.sharing.Asking.wish;
import static io.homecloud.sharing.Told.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = SharingHouse.class, restrictToAnnotatedClass = true)
class AccountsIT {
  @Inject SharingControl control;

  @Test
  void anAccountGetsANumberThatNobodyElseEverHas() {
    // Given
    String gone = freshName();
    int earlier = wish("accounts", gone, "{}").path("status.uid");
    asking().delete(API + "/accounts/" + gone + "?wait=2m").then().statusCode(204);

    // When
    String group = freshName();
    Response second = wish("groups", group, "{'displayName':'Eltern'}");
    Response third =
        wish(
            "accounts",
            freshName(),
            "{'displayName':'Anna Ärger','mail':'anna@example.org','groups':['" + group + "']}");

    // Then
    second.then().statusCode(201).body("status.gid", greaterThanOrEqualTo(20_000));
    third
        .then()
        .statusCode(201)
        .body("spec.role", equalTo("member"))
        .body("spec.groups", contains(group))
        .body("status.conditions.find{it.type=='PasswordSet'}.status", equalTo("False"));
    int gid = second.path("status.gid");
    int uid = third.path("status.uid");
    assertThat(List.of(earlier, gid, uid)).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void whatBecomesOfAnAccountIsTold() {
    // Given
    String name = freshName();

    // When
    int id = wish("accounts", name, "{}").path("status.uid");
    asking()
        .body("{\"spec\":{\"disabled\":true}}")
        .patch(API + "/accounts/" + name + "?wait=2m")
        .then()
        .statusCode(200);
    asking().delete(API + "/accounts/" + name + "?wait=2m").then().statusCode(204);

    // Then
    assertThat(told("io.homecloud.account.created.v1", name).path("id").asInt()).isEqualTo(id);
    told("io.homecloud.account.disabled.v1", name);
    told("io.homecloud.account.deleted.v1", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "nobody", "guest", "administrators", "www-data", "s-1-1-0"})
  void namesThatMeanSomethingToServersAreRefused(String name) {
    assertProblem(wish("accounts", name, "{}"), 422, "name-reserved");
    assertProblem(wish("groups", name, "{}"), 422, "name-reserved");
  }

  @Test
  void accountsAndGroupsShareTheirNames() {
    // Given
    String account = account("{}");
    String group = freshName();
    wish("groups", group, "{}").then().statusCode(201);

    // When, Then
    assertProblem(wish("groups", account, "{}"), 422, "name-reserved");
    assertProblem(wish("accounts", group, "{}"), 422, "name-reserved");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'displayName':''}",
        "{'displayName':'two\\nlines'}",
        "{'displayName':'turned \\u202e round'}",
        "{'mail':'no address'}",
        "{'mail':'a@b@c'}",
        "{'mail':'a@example.org\\nBcc: all'}"
      })
  void textsThatCannotBeShownAreRefused(String spec) {
    assertProblem(wish("accounts", freshName(), spec), 422, "value-invalid");
  }

  @Test
  void aGroupThatIsNotThereOrInUseIsTold() {
    // Given
    String group = freshName();
    assertProblem(
        wish("accounts", freshName(), "{'groups':['" + group + "']}"), 404, "group-not-found");
    wish("groups", group, "{}");
    String member = account("{'groups':['" + group + "']}");

    // When
    Response answer = asking().delete(API + "/groups/" + group);

    // Then
    assertProblem(answer, 409, "group-in-use");
    answer.then().body("accounts", contains(member));
  }

  @Test
  void theLastAdministratorStays() {
    // Given
    String only = account("{'role':'administrator'}");

    // When, Then
    assertProblem(asking().delete(API + "/accounts/" + only), 409, "last-administrator");
    assertProblem(
        asking().body("{\"spec\":{\"disabled\":true}}").patch(API + "/accounts/" + only),
        409,
        "last-administrator");
    assertProblem(
        asking().body("{\"spec\":{\"role\":\"member\"}}").patch(API + "/accounts/" + only),
        409,
        "last-administrator");
    String another = account("{'role':'administrator'}");
    asking().delete(API + "/accounts/" + only + "?wait=2m").then().statusCode(204);
    assertProblem(asking().delete(API + "/accounts/" + another), 409, "last-administrator");
  }

  @Test
  void everyCharacterThatCanBeTypedIsGoodInAPassword() {
    // Given
    String name = account("{}");
    String printable =
        IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).collect(Collectors.joining());
    String umlauts = "Grüße aus Åse, żółć €uro 漢字 👩‍👧";
    String composed = "Gr\u00fc\u00dfe und so weiter";
    String decomposed = "Gru\u0308\u00dfe und so weiter";

    // When, Then
    for (String password :
        new String[] {printable, umlauts, "aBc1 ".repeat(26).substring(0, 128)}) {
      setPassword(name, password);
      signIn(name, password).then().statusCode(200);
    }
    setPassword(name, decomposed);
    signIn(name, composed).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "aaaaaaaaaaaa", "two\nlines are no line", "a tab\tis no letter"})
  void weakOrUntypeablePasswordsAreRefused(String password) {
    // Given
    String name = account("{}");

    // When
    Response answer =
        asking().body(Map.of("password", password)).put(API + "/accounts/" + name + "/password");

    // Then
    assertProblem(answer, 422, "password-refused");
    signIn(name, PASSWORD).then().statusCode(200);
  }

  @Test
  void passwordsAreInAFileForRootAloneAndNowhereElse() throws IOException {
    // When
    String name = account("{}");

    // Then
    Response shown = asking().get(API + "/accounts/" + name);
    String uid = shown.path("metadata.uid");
    Path secrets = SharingHouse.data().resolve("secrets/accounts");
    Path file = secrets.resolve(uid + ".json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
        .isEqualTo("rwx------");
    assertThat(file).content().doesNotContain(Asking.PASSWORD);
    assertThat(shown.asString()).doesNotContain("argon2").doesNotContain("ntHash");
    asking().delete(API + "/accounts/" + name + "?wait=2m").then().statusCode(204);
    try (Stream<Path> left = Files.list(secrets)) {
      assertThat(left).noneMatch(one -> one.getFileName().toString().startsWith(uid));
    }
  }

  @Test
  void aPasswordIsSetOnlyWhenWhoIsSignedInCanBeSignedOut() {
    // Given
    String name = account("{}");
    String session = signIn(name, PASSWORD).path("refreshToken");
    String path = API + "/accounts/" + name + "/password";
    execute(
        "create function refuse() returns trigger as $$ begin raise 'refused'; end $$ language plpgsql");
    execute("create trigger refuse before delete on sign_in_session execute function refuse()");

    // When
    Response failed;
    try {
      failed = asking().body(Map.of("password", "another one 77")).put(path);
    } finally {
      execute("drop function refuse cascade");
    }

    // Then
    assertThat(failed.statusCode()).isGreaterThanOrEqualTo(500);
    assertProblem(signIn(name, "another one 77"), 401, "sign-in-refused");

    // When
    Response weak = asking().body(Map.of("password", "short")).put(path);

    // Then
    assertProblem(weak, 422, "password-refused");
    refresh(session).then().statusCode(200);
  }

  private void execute(String statement) {
    control
        .plane()
        .database()
        .useTransaction(transaction -> transaction.handle().execute(statement));
  }

  @Test
  void aDamagedPasswordFileIsTheTroubleOfOneAccount() throws IOException {
    // Given
    String name = account("{}");
    String other = account("{}");
    String uid = asking().get(API + "/accounts/" + name).path("metadata.uid");

    // When
    Files.writeString(SharingHouse.data().resolve("secrets/accounts/" + uid + ".json"), "{\"a");

    // Then
    assertProblem(signIn(name, PASSWORD), 401, "sign-in-refused");
    signIn(other, PASSWORD).then().statusCode(200);
    asking()
        .body("{\"spec\":{\"displayName\":\"Looked at\"}}")
        .patch(API + "/accounts/" + name + "?wait=2m")
        .then()
        .statusCode(200)
        .body("status.conditions.find{it.type=='PasswordSet'}.reason", equalTo("PasswordDamaged"));
    setPassword(name, PASSWORD);
    signIn(name, PASSWORD).then().statusCode(200);
  }

  @Test
  void whoMayBeAProxyIsNotAskedOfDns() throws IOException {
    // Given
    long before = openUdpSockets();
    // When
    for (int i = 0; i < 100; i++) {
      asking().get(API + "/accounts?limit=1").then().statusCode(200);
    }
    // Then
    assertThat(openUdpSockets()).isLessThan(before + 50);
  }

  private static long openUdpSockets() throws IOException {
    try (Stream<String> sockets = Files.lines(Path.of("/proc/self/net/udp"))) {
      return sockets.count();
    }
  }
}
