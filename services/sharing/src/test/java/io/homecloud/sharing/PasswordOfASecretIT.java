package io.homecloud.sharing;

import static io.homecloud.sharing.Asking.API;
import static io.homecloud.sharing.Asking.PASSWORD;
import static io.homecloud.sharing.Asking.asking;
import static io.homecloud.sharing.Asking.assertProblem;
import static io.homecloud.sharing.Asking.freshName;
import static io.homecloud.sharing.Asking.setPassword;
import static io.homecloud.sharing.Asking.signIn;
import static io.homecloud.sharing.Asking.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.WishKeeper;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where there is a cluster, passwords may be kept by it. */
@QuarkusTest
@TestProfile(PasswordOfASecretIT.InACluster.class)
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = SharingHouse.class, restrictToAnnotatedClass = true)
class PasswordOfASecretIT {
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
    @Override
    public WishKeeper keeper(ControlPlane plane) {
      return new WishKeeper() {};
    }
  }

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
}
