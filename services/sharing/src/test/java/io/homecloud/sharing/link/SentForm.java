package io.homecloud.sharing.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.restassured.response.Response;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of a page as a browser would send it: what it holds that nobody sees, and what is
 * ticked.
 */
record SentForm(Map<String, String> cookies, List<Map.Entry<String, String>> fields) {
  private static final Pattern INPUT = Pattern.compile("<input ([^>]*)>");
  private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)(?:=\"([^\"]*)\")?");

  static SentForm of(Map<String, String> cookies, Response page) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    Matcher input = INPUT.matcher(page.asString());
    while (input.find()) {
      Map<String, String> attributes = new HashMap<>();
      Matcher attribute = ATTRIBUTE.matcher(input.group(1));
      while (attribute.find()) {
        attributes.put(attribute.group(1), text(attribute.group(2)));
      }
      if ("hidden".equals(attributes.get("type")) || attributes.containsKey("checked")) {
        fields.add(
            Map.entry(attributes.getOrDefault("name", ""), attributes.getOrDefault("value", "")));
      }
    }
    return new SentForm(cookies, fields);
  }

  private static String text(@Nullable String escaped) {
    return escaped == null
        ? ""
        : escaped
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
  }

  SentForm with(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(fields);
    more.add(Map.entry(name, value));
    return new SentForm(cookies, more);
  }

  SentForm without(String name, String value) {
    return new SentForm(
        cookies, fields.stream().filter(field -> !field.equals(Map.entry(name, value))).toList());
  }

  List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  Response send(String path) {
    String body =
        String.join(
            "&",
            fields.stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .toList());
    return Guests.page()
        .cookies(cookies)
        .contentType("application/x-www-form-urlencoded; charset=utf-8")
        .body(body)
        .post(path);
  }

  /** What is sent next by a page that this leads to. */
  SentForm goesTo(String path) {
    Response page = send(path);
    page.then().statusCode(200);
    return of(cookies, page);
  }
}
