package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.testkit.TestKafka;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Makes a pool of disks; where it is mounted. */
  static Path pool(String name, String more, Path... disks) {
    String named = String.join("','", List.of(disks).stream().map(Path::toString).toList());
    return mounted(
        post(
            "/pools?wait=120s",
            "{'metadata':{'name':'%s'},'spec':{'disks':['%s']%s}}".formatted(name, named, more)));
  }

  private static Path mounted(ValidatableResponse made) {
    return Path.of(made.statusCode(201).extract().<String>path("status.mountPath"));
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
    return mounted(
        post(
            "/volumes?wait=120s",
            "{'metadata':{'name':'%s'},'spec':{'pool':'%s'%s}}".formatted(name, pool, more)));
  }

  /** Makes a volume of somebody who is not root; where it is mounted. */
  static Path volume(String pool, String name) {
    return volume(pool, name, ",'owner':'1000:1000'");
  }

  static void snapshot(String volume, String name) {
    post(
            "/snapshots?wait=120s",
            "{'metadata':{'name':'%s'},'spec':{'volume':'%s'}}".formatted(name, volume))
        .statusCode(201);
  }

  static UUID uid(String path) {
    return UUID.fromString(get(path).statusCode(200).extract().path("metadata.uid"));
  }

  /** Orders a job and waits for its end. */
  static ValidatableResponse task(String path, String body, String state) {
    return ended(post(path, body), state);
  }

  /** Expects a job to be accepted and to reach its end. */
  static ValidatableResponse completed(ValidatableResponse accepted) {
    return ended(accepted, "Completed");
  }

  private static ValidatableResponse ended(ValidatableResponse accepted, String state) {
    String id = accepted.statusCode(202).extract().path("id");
    return get("/tasks/" + id + "?wait=120s").statusCode(200).body("state", equalTo(state));
  }

  /** Waits until an event of the type says these words. */
  static void told(String type, String... words) {
    within(
        Duration.ofMinutes(1),
        () -> assertThat(events(type)).anySatisfy(told -> assertThat(told).contains(words)));
  }

  /** Each once: one that is told may be told again, as consumers know. */
  static List<String> events(String type) {
    Map<UUID, String> heard = new LinkedHashMap<>();
    for (String told : TestKafka.messages("homecloud.storage")) {
      try {
        Event event = EventCodec.read(told);
        if (event.type().equals("io.homecloud." + type + ".v1")) {
          heard.putIfAbsent(event.id(), told);
        }
      } catch (EventCodec.MalformedEvent e) {
        throw new AssertionError(told, e);
      }
    }
    return List.copyOf(heard.values());
  }

  /** The answer is this problem, with a sentence. */
  static ValidatableResponse problem(ValidatableResponse answer, int status, String word) {
    Asking.assertProblem(answer.extract().response(), status, word);
    return answer;
  }
}
