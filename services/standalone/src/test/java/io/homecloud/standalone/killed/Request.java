package io.homecloud.standalone.killed;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import java.util.UUID;

/**
 * @param path below storage's API, or with a slash at its beginning that of another service
 * @param key with which it can be repeated; empty when it has none
 */
record Request(String method, String path, String type, String body, String key) {
  private static final String JSON = "application/json";

  static Request get(String path) {
    return new Request("GET", path, JSON, "", "");
  }

  static Request delete(String path) {
    return new Request("DELETE", path, JSON, "", "");
  }

  static Request post(String path, Map<String, ?> body) {
    return new Request("POST", path, JSON, json(body), UUID.randomUUID().toString());
  }

  static Request patch(String path, Map<String, ?> body) {
    return new Request("PATCH", path, "application/merge-patch+json", json(body), "");
  }

  static Request upload(String path, String content) {
    return new Request("PUT", path, "application/octet-stream", content, "");
  }

  static Request put(String path, Map<String, ?> body) {
    return new Request("PUT", path, JSON, json(body), "");
  }

  String of(String api) {
    return path.startsWith("/") ? path : api + path;
  }

  /** What it asks for, whatever it is asked of: with a star for each name. */
  String kind() {
    return method + " " + path.replaceFirst("\\?.*", "").replaceAll("(?!v1/)[^/ ]*[0-9][^/]*", "*");
  }

  private static String json(Map<String, ?> body) {
    try {
      return Api.JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
