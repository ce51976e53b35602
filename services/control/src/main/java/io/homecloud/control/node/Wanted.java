package io.homecloud.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a request is about, as far as it matters for where it is done. */
public final class Wanted {
  private final String method;
  private final List<String> path;
  private final Function<String, Optional<String>> query;
  private final Supplier<JsonNode> body;

  /**
   * @param path decoded, name by name
   * @param query the first value of a parameter
   * @param body as JSON; missing when it is none. Asked for only when it matters
   */
  public Wanted(
      String method,
      List<String> path,
      Function<String, Optional<String>> query,
      Supplier<JsonNode> body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.body = body;
  }

  /** What is left of it below a path that it begins with. */
  public Wanted below(String base) {
    int names = (int) base.chars().filter(c -> c == '/').count();
    return new Wanted(
        method, path.size() < names ? List.of() : path.subList(names, path.size()), query, body);
  }

  /** All names with a slash before each; for seeing where it begins. */
  public String path() {
    return path.stream().map(name -> "/" + name).collect(Collectors.joining());
  }

  public boolean reads() {
    return method.equals("GET") || method.equals("HEAD");
  }

  public boolean is(String wanted) {
    return method.equals(wanted);
  }

  public int depth() {
    return path.size();
  }

  /** A name in the path, the empty string behind its end. */
  public String name(int index) {
    return index < path.size() ? path.get(index) : "";
  }

  public Optional<String> query(String name) {
    return query.apply(name);
  }

  public JsonNode body() {
    return body.get();
  }

  /** A text in the spec of the resource that is sent, empty when there is none. */
  public Optional<String> spec(String member) {
    return Optional.ofNullable(body().path("spec").path(member).textValue());
  }
}
