package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.ValidatableResponse;
import java.nio.file.Path;
import java.util.UUID;

/** What an administrator asks of storage over HTTP, in the words of a test. */
final class StorageCalls {
  private StorageCalls() {}

  /** Makes the pool that the tests of a class share, once. */
  static void pool(String name, long size) {
    if (asking().get(API + "/pools/" + name).statusCode() == 404) {
      Path disk = StorageHouse.disks().disk(size);
      post(
              "/pools?wait=60s",
              "{'metadata':{'name':'%s'},'spec':{'disks':['%s']}}".formatted(name, disk))
          .statusCode(201);
    }
  }

  /** A body may be written with single quotes. */
  static ValidatableResponse post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(API + path).then();
  }

  static ValidatableResponse patch(String path, String body) {
    return asking().body(body.replace('\'', '"')).patch(API + path).then();
  }

  static ValidatableResponse get(String path) {
    return asking().get(API + path).then();
  }

  static ValidatableResponse delete(String path) {
    return asking().delete(API + path).then();
  }

  /** Makes a volume; where it is mounted. */
  static Path volume(String pool, String name, String more) {
    return Path.of(
        post(
                "/volumes?wait=30s",
                "{'metadata':{'name':'%s'},'spec':{'pool':'%s'%s}}".formatted(name, pool, more))
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }

  static void snapshot(String volume, String name) {
    post(
            "/snapshots?wait=30s",
            "{'metadata':{'name':'%s'},'spec':{'volume':'%s'}}".formatted(name, volume))
        .statusCode(201);
  }

  static UUID uid(String path) {
    return UUID.fromString(get(path).statusCode(200).extract().path("metadata.uid"));
  }

  /** Orders a job and waits for its end. */
  static ValidatableResponse task(String path, String body, String state) {
    String id = post(path, body).statusCode(202).extract().path("id");
    return get("/tasks/" + id + "?wait=60s").statusCode(200).body("state", equalTo(state));
  }

  /** The answer is this problem, with a sentence. */
  static ValidatableResponse problem(ValidatableResponse answer, int status, String word) {
    return answer
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:homecloud:problem:" + word))
        .body("detail", org.hamcrest.Matchers.not(org.hamcrest.Matchers.emptyOrNullString()));
  }
}
