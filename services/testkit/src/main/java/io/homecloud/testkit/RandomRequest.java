package io.homecloud.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes requests that nobody in their right mind sends, the same ones for the same seed. */
public final class RandomRequest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "x",
          "..",
          "../..",
          "/",
          "-rf",
          "null",
          "true",
          "0",
          "-1",
          "1e99",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999999",
          "NaN",
          "1Gi",
          "10%",
          "zstd:3",
          "raid1",
          "* * * * *",
          "0 0 30 2 *",
          "UTC",
          "bytes=0-",
          "bytes=-0",
          "bytes=5-1",
          "bytes=0-1,3-4",
          "bytes 0-0/1",
          "bytes */5",
          "bytes 0-9223372036854775807/1",
          "bytes 999999999999999999-999999999999999999/999999999999999999",
          "a=b",
          "a=b,c",
          "=,=",
          "a==b",
          "\"1\"",
          "W/\"1\"",
          "*",
          "MTo",
          "MTp4",
          "0001-01-01T00:00:00Z",
          "00000000-0000-0000-0000-000000000000",
          "1-1-1-1-1",
          "\u00fcnicode",
          "\u202e\u0000\u0007",
          "\ud83d\ude00",
          "\ud800",
          "'; drop table resource; --",
          "${jndi:ldap://x}",
          "<script>",
          "x".repeat(300),
          "9".repeat(2000));
  private static final List<String> MORE_WORDS =
      List.of("metadata", "name", "labels", "spec", "disks", "with", "as", "to", "paths", "path");
  private static final List<String> HEADERS =
      List.of(
          "If-Match",
          "If-None-Match",
          "Idempotency-Key",
          "Content-Range",
          "Range",
          "Last-Event-ID",
          "Accept",
          "Accept-Language",
          "X-Forwarded-For",
          "X-HTTP-Method-Override");
  private static final List<String> QUERY =
      List.of("limit", "continue", "labelSelector", "zip", "recursive", "with", "state", "odd");
  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/merge-patch+json",
          "text/plain",
          "application/json; charset=utf-16",
          "x",
          "*/*",
          "multipart/form-data",
          "multipart/form-data; boundary=x",
          "application/x-www-form-urlencoded");

  private final Random random;
  private final Map<String, String> places;
  private final List<String> known;
  private final List<String> words;
  private final Map<String, String> granted;

  /**
   * @param places what leads somewhere behind the segment of a path, as a name does behind pools
   * @param words that mean something in a body
   * @param granted what would be granted, by the last of its keys in the path; in braces the name
   *     of a place, a number sign for a new name, quotes are single
   */
  public RandomRequest(
      Random random, Map<String, String> places, List<String> words, Map<String, String> granted) {
    this.random = random;
    this.places = new TreeMap<>(places);
    this.known = List.copyOf(new TreeSet<>(places.values()));
    this.words = new ArrayList<>(words);
    this.words.addAll(MORE_WORDS);
    this.granted = granted;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String text() {
    if (chance(50)) {
      return one(known);
    }
    if (chance(80)) {
      return one(VALUES);
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i >= 0; i--) {
      text.appendCodePoint(random.nextInt(chance(70) ? 0x7f : 0xffff));
    }
    return text.toString();
  }

  public HttpRequest to(String host, String token, ApiDocument.Operation operation) {
    StringBuilder path = new StringBuilder();
    String before = "";
    for (String part : operation.path().substring(1).split("/", -1)) {
      String there = places.getOrDefault(before, "x");
      path.append('/').append(part.startsWith("{") ? encoded(chance(70) ? there : text()) : part);
      before = part;
    }
    path.append('?');
    if (chance(30)) {
      path.append("wait=").append(encoded(one(List.of("0s", "5ms", "-1s", "99h", "", "1"))));
    }
    List<String> names = new ArrayList<>(QUERY);
    operation.parameters().stream().filter(name -> !name.equals("wait")).forEach(names::add);
    for (int i = random.nextInt(3); i > 0; i--) {
      path.append('&').append(one(names)).append('=').append(encoded(text()));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(host + path)).timeout(Duration.ofSeconds(60));
    for (int i = random.nextInt(3); i > 0; i--) {
      String header = one(HEADERS);
      String value = text().replaceAll("[^\\x20-\\x7e]", "?").strip();
      // Quarkus never answers an empty one; it is believed from the front alone, which sets it.
      if (!header.equals("X-Forwarded-For") || !value.isEmpty()) {
        request.setHeader(header, value);
      }
    }
    if (chance(90)) {
      request.setHeader("Content-Type", one(TYPES));
    }
    return request
        .setHeader("Authorization", "Bearer " + token)
        .method(operation.method(), body(operation))
        .build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.BodyPublisher body(ApiDocument.Operation operation) {
    if (operation.method().equals("GET") || operation.method().equals("DELETE") || chance(5)) {
      return HttpRequest.BodyPublishers.noBody();
    }
    if (chance(10)) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      return HttpRequest.BodyPublishers.ofByteArray(noise);
    }
    String json =
        switch (random.nextInt(10)) {
          case 0 -> json(random.nextInt(4)).toString();
          case 1, 2 -> resource().toString();
          default -> granted(operation).toString();
        };
    return HttpRequest.BodyPublishers.ofString(
        chance(10) ? json.substring(random.nextInt(json.length())) : json);
  }

  /** What would be granted, were it not for one value, which may be right by chance. */
  private JsonNode granted(ApiDocument.Operation operation) {
    List<String> named =
        Arrays.stream(operation.path().split("/", -1)).filter(granted::containsKey).toList();
    if (named.isEmpty()) {
      return resource();
    }
    String body = granted.getOrDefault(named.getLast(), "").replace('\'', '"');
    for (Map.Entry<String, String> place : places.entrySet()) {
      body = body.replace("{" + place.getKey() + "}", place.getValue());
    }
    try {
      JsonNode whole =
          new ObjectMapper().readTree(body.replace("#", "r" + random.nextInt(1 << 20)));
      if (chance(80)) {
        spoil((ObjectNode) whole);
      }
      return whole;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(body, e);
    }
  }

  private void spoil(ObjectNode object) {
    List<String> members = new ArrayList<>();
    object.fieldNames().forEachRemaining(members::add);
    String member = one(members);
    if (object.get(member) instanceof ObjectNode inner && !inner.isEmpty() && chance(90)) {
      spoil(inner);
    } else {
      object.set(member, chance(60) ? JSON.textNode(text()) : json(1));
    }
  }

  /** Something of the right shape, so that it comes far. */
  private JsonNode resource() {
    ObjectNode spec = JSON.objectNode();
    for (int i = random.nextInt(5); i > 0; i--) {
      spec.set(one(words), json(1));
    }
    places.forEach((kind, there) -> {
      if (kind.endsWith("s") && chance(30)) {
        spec.put(kind.substring(0, kind.length() - 1), chance(80) ? there : one(known));
      }
    });
    if (chance(40)) {
      return spec;
    }
    ObjectNode whole = JSON.objectNode();
    whole.set("spec", spec);
    ObjectNode metadata = whole.putObject("metadata");
    metadata.put("name", chance(60) ? "r" + random.nextInt(1 << 20) : text());
    if (chance(30)) {
      metadata.putObject("labels").put(text(), text());
    }
    return whole;
  }

  private JsonNode json(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(random.nextLong());
      case 3 -> JSON.numberNode(random.nextGaussian() * 1e300);
      case 4, 5, 6 -> JSON.textNode(text());
      case 7 -> {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(json(depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(chance(80) ? one(words) : text(), json(depth - 1));
        }
        yield object;
      }
    };
  }
}
