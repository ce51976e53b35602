package io.homecloud.kubernetes;

import static io.restassured.RestAssured.given;

import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

/** What an administrator asks of storage over HTTP; bodies may be written with single quotes. */
final class ByHttp {
  private static final String API = "/api/storage/v1";

  private ByHttp() {}

  private static RequestSpecification asking() {
    return given().auth().oauth2(TestTokens.administrator()).contentType(ContentType.JSON);
  }

  static ValidatableResponse get(String path) {
    return asking().get(API + path).then();
  }

  static ValidatableResponse post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(API + path).then();
  }

  static ValidatableResponse patch(String path, String body) {
    return asking().body(body.replace('\'', '"')).patch(API + path).then();
  }

  static ValidatableResponse delete(String path) {
    return asking().delete(API + path).then();
  }
}
