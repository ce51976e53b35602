package io.homecloud.sharing.share;

import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;

import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.Map;

/** How tests ask storage and sharing over HTTP. A body may be written with single quotes. */
public final class Houses {
  public static final String STORAGE = "/api/storage/v1";
  public static final String SHARES = "/api/sharing/v1/shares";
  private static final String ACCOUNTS = "/api/sharing/v1/accounts";

  private Houses() {}

  public static RequestSpecification asking() {
    return given().auth().oauth2(TestTokens.administrator()).contentType(ContentType.JSON);
  }

  public static ValidatableResponse post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(path).then();
  }

  public static ValidatableResponse patch(String path, String body) {
    return asking().body(body.replace('\'', '"')).patch(path).then();
  }

  /** Makes an account that can sign in; what it has. */
  public static ValidatableResponse account(String name, String spec) {
    ValidatableResponse made =
        post(ACCOUNTS + "?wait=2m", "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec))
            .statusCode(201);
    asking()
        .body(Map.of("password", "correct horse 42"))
        .put(ACCOUNTS + "/" + name + "/password")
        .then()
        .statusCode(204);
    return made;
  }

  public static ValidatableResponse share(String name) {
    return asking().get(SHARES + "/" + name).then();
  }

  /** Wishes for a share and waits until it is ready. */
  public static ValidatableResponse share(String name, String spec) {
    return post(SHARES + "?wait=2m", "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec));
  }

  /** Makes the pool that the tests of a class share, once. */
  public static void pool(String name) {
    if (asking().get(STORAGE + "/pools/" + name).statusCode() == 404) {
      Path disk = ShareHouse.disks().disk(2L << 30);
      post(
              STORAGE + "/pools?wait=2m",
              "{'metadata':{'name':'%s'},'spec':{'disks':['%s']}}".formatted(name, disk))
          .statusCode(201);
    }
  }

  /** Makes a volume of user 1000; where it is mounted. */
  public static Path volume(String pool, String name) {
    return Path.of(
        post(
                STORAGE + "/volumes?wait=2m",
                "{'metadata':{'name':'%s'},'spec':{'pool':'%s','owner':'1000:1000'}}"
                    .formatted(name, pool))
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }

  /** Puts a volume into the trash, which its share may be slow to let go of. */
  public static void trash(String volume) {
    eventually(
        () -> asking().delete(STORAGE + "/volumes/" + volume + "?wait=2m").then().statusCode(204));
  }

  /** As {@link #trash}, with all of a pool's shares. */
  static void export(String pool) {
    eventually(() -> post(STORAGE + "/pools/" + pool + "/export", "{}").statusCode(200));
  }

  public static String reason(String share) {
    return share(share).extract().path("status.conditions.find{it.type=='Ready'}.reason");
  }
}
