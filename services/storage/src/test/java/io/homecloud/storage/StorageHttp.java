package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.testkit.TestKafka;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What tests of the API say again and again. */
final class StorageHttp {
  private StorageHttp() {}

  static Response post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(API + path);
  }

  static Response get(String path) {
    return asking().get(API + path);
  }

  /** Makes a pool of disks and answers where it is mounted. */
  static Path pool(String name, String spec, Path... disks) {
    String named = String.join("','", List.of(disks).stream().map(Path::toString).toList());
    return Path.of(
        post(
                "/pools?wait=30s",
                "{'metadata':{'name':'%s'},'spec':{'disks':['%s']%s}}".formatted(name, named, spec))
            .then()
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }

  /** Makes a volume and answers where it is mounted. */
  static Path volume(String pool, String name) {
    return Path.of(
        post(
                "/volumes?wait=30s",
                "{'metadata':{'name':'%s'},'spec':{'pool':'%s','owner':'1000:1000'}}"
                    .formatted(name, pool))
            .then()
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }

  /** Expects a task to be accepted and to reach its end, and answers with it. */
  static ValidatableResponse completed(Response accepted) {
    String id = accepted.then().statusCode(202).extract().path("id");
    return get("/tasks/" + id + "?wait=120s").then().body("state", equalTo("Completed"));
  }

  /** Waits until an event of the type says these words. */
  static void told(String type, String... words) {
    within(
        Duration.ofMinutes(1),
        () -> assertThat(events(type)).anySatisfy(told -> assertThat(told).contains(words)));
  }

  static List<String> events(String type) {
    return TestKafka.messages("homecloud.storage").stream()
        .filter(told -> told.contains("\"io.homecloud." + type + ".v1\""))
        .toList();
  }
}
