package io.homecloud.sharing;

import static io.homecloud.sharing.Asking.API;
import static io.homecloud.sharing.Asking.PASSWORD;
import static io.homecloud.sharing.Asking.asking;
import static io.homecloud.sharing.Asking.assertProblem;
import static io.homecloud.sharing.Asking.freshName;
import static io.homecloud.sharing.Asking.refresh;
import static io.homecloud.sharing.Asking.setPassword;
import static io.homecloud.sharing.Asking.signIn;
import static io.homecloud.sharing.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.NodeSecrets;
import io.homecloud.control.wish.NodeSecrets.Dated;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.SecretOffer;
import io.homecloud.control.wish.SecretsOfAll;
import io.homecloud.control.wish.WishKeeper;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is a cluster, passwords may be kept by it. */
@QuarkusTest
@TestProfile(PasswordOfASecretIT.InACluster.class)
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = SharingHouse.class, restrictToAnnotatedClass = true)
class PasswordOfASecretIT {
  private static final Dated NOTHING = new Dated(Instant.EPOCH, "nothing");

  /** With something around the service. */
  public static final class InACluster implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(Around.class);
    }
  }

  /** Keeps nothing, and is there. */
  @Alternative
  @Singleton
  public static class Around implements Outside {
    private final Set<String> removed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger wakes = new AtomicInteger();
    private @Nullable NodeSecrets passwords;

    private NodeSecrets passwords() {
      return Objects.requireNonNull(passwords);
    }

    @Override
    public WishKeeper keeper(ControlPlane plane) {
      return new WishKeeper() {};
    }

    @Override
    public SecretsOfAll newestOnAllNodes(String name, NodeSecrets secrets) {
      passwords = secrets;
      return new SecretsOfAll() {
        @Override
        public void wake() {
          wakes.incrementAndGet();
        }

        @Override
        public void remove(String key) {
          removed.add(key);
        }
      };
    }
  }

  @Inject SharingControl control;
  @Inject Around around;

  @Test
  void isChangedThereUntilTheAccountNamesNoSecret() {
    // Given
    String name = freshName();
    wish("accounts", name, "{'passwordSecretRef':{'name':'of-anna'}}").then().statusCode(201);

    // When
    Response refused =
        asking().body(Map.of("password", PASSWORD)).put(API + "/accounts/" + name + "/password");

    // Then
    assertProblem(refused, 409, "field-owned");
    assertThat(refused.<String>path("detail")).contains("Secret of-anna");
    assertProblem(signIn(name, PASSWORD), 401, "sign-in-refused");

    // When
    asking()
        .body("{\"spec\":{\"passwordSecretRef\":null}}")
        .patch(API + "/accounts/" + name)
        .then()
        .statusCode(200);
    setPassword(name, PASSWORD);

    // Then
    signIn(name, PASSWORD).then().statusCode(200);
  }

  @Test
  void anotherOneInTheSecretIsThePasswordAndTheOneBeforeIsNot() {
    // Given
    String name = freshName();
    wish("accounts", name, "{'passwordSecretRef':{'name':'of-anna'}}").then().statusCode(201);
    take(name, "first of the Secret 1");
    String before = signIn(name, "first of the Secret 1").path("refreshToken");

    // When
    take(name, "second of the Secret 2\n");

    // Then
    assertProblem(signIn(name, "first of the Secret 1"), 401, "sign-in-refused");
    assertProblem(refresh(before), 401, "session-ended");
    String now = signIn(name, "second of the Secret 2").path("refreshToken");

    // When
    take(name, "second of the Secret 2");

    // Then
    refresh(now).then().statusCode(200);
  }

  @Test
  void oneThatCannotBeUsedIsSaidAndTheOneBeforeStays() {
    // Given
    String name = freshName();
    wish("accounts", name, "{'passwordSecretRef':{'name':'of-anna'}}").then().statusCode(201);
    take(name, PASSWORD);

    // When
    Throwable refused = catchThrowable(() -> take(name, "short"));

    // Then
    assertThat(refused).isInstanceOf(ProblemException.class);
    eventually(() -> {
      Map<String, String> set = passwordSet(name);
      assertThat(set.get("message")).startsWith("The password before");
      assertThat(set.get("reason")).isEqualTo("SecretNotUsable");
      assertThat(set.get("status")).isEqualTo("True");
    });
    signIn(name, PASSWORD).then().statusCode(200);

    // When
    take(name, PASSWORD);

    // Then
    eventually(() -> assertThat(passwordSet(name).get("reason")).isEqualTo("Set"));
  }

  @Test
  void oneThatWasSetOnAnotherNodeLetsInHere(@TempDir Path loft) {
    // Given
    String name = freshName();
    UUID uid = UUID.fromString(wish("accounts", name, "{}").path("metadata.uid"));
    PasswordVault elsewhere =
        new PasswordVault(loft, control.plane().json(), control.plane().clock());
    elsewhere.set(uid, new Name(name), PASSWORD, () -> {});
    assertProblem(signIn(name, PASSWORD), 401, "sign-in-refused");

    // When
    around
        .passwords()
        .take(Map.of(uid.toString(), elsewhere.dated(uid).orElseThrow(), "no account", NOTHING));

    // Then
    signIn(name, PASSWORD).then().statusCode(200);
    eventually(() -> assertThat(passwordSet(name).get("status")).isEqualTo("True"));
  }

  @Test
  void oneThatIsSetHereIsToldToOtherNodesUntilItsAccountGoes() {
    // Given
    String name = freshName();
    String uid = wish("accounts", name, "{}").path("metadata.uid");
    assertThat(around.passwords().here()).doesNotContainKey(uid);
    int before = around.wakes.get();

    // When
    setPassword(name, PASSWORD);

    // Then
    assertThat(around.wakes.get()).isGreaterThan(before);
    assertThat(around.passwords().here()).containsKey(uid);

    // When
    asking().delete(API + "/accounts/" + name + "?wait=2m").then().statusCode(204);

    // Then
    assertThat(around.removed).contains(uid);
    assertThat(around.passwords().here()).doesNotContainKey(uid);
  }

  /** What holds in a cluster when the Secret holds that. */
  private void take(String account, String password) {
    control.plane().secretOffers().forEach(offer -> take(offer, account, password));
  }

  private <S, T extends Status> void take(
      SecretOffer<S, T> offer, String account, String password) {
    offer
        .use()
        .take(
            control.plane().resources().find(offer.kind(), new Name(account)).orElseThrow(),
            new Name("of-anna"),
            Map.of("password", password));
  }

  private static Map<String, String> passwordSet(String account) {
    return asking()
        .get(API + "/accounts/" + account)
        .path("status.conditions.find { it.type == 'PasswordSet' }");
  }
}
