package io.homecloud.control.ask;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.control.Name;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Resources of another service, of which only what is asked for is read. */
public final class OtherResources {
  private static final int PAGE = 500;

  private final OtherService service;
  private final ObjectMapper json;
  private final ObjectReader reader;

  public OtherResources(OtherService service, ObjectMapper json) {
    this.service = service;
    this.json = json;
    this.reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /** Of a resource what is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Item<S, T>(Meta metadata, S spec, @Nullable T status) {}

  /** Who it is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Meta(
      Name name,
      UUID uid,
      @Nullable Instant deletionTimestamp,
      @Nullable Map<String, String> labels) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Items<I>(List<I> items, @Nullable Next metadata) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Next(@JsonProperty("continue") @Nullable String next) {}

  /** Empty when the service says that there is none. */
  public <S, T> Optional<Item<S, T>> find(String plural, Name name, Class<S> spec, Class<T> status)
      throws Away {
    Optional<String> body = service.get(plural + "/" + name);
    return body.isEmpty()
        ? Optional.empty()
        : Optional.of(understood(() -> reader.forType(type(spec, status)).readValue(body.get())));
  }

  /** All, page by page. */
  public <S, T> List<Item<S, T>> all(String plural, Class<S> spec, Class<T> status) throws Away {
    return pages(plural, "", spec, status);
  }

  /**
   * Those with a label, page by page.
   *
   * @param selector as in {@code labelSelector}; empty for all
   */
  public <S, T> List<Item<S, T>> all(String plural, String selector, Class<S> spec, Class<T> status)
      throws Away {
    return pages(
        plural, selector.isEmpty() ? "" : "&labelSelector=" + encoded(selector), spec, status);
  }

  /** Those that lie in something else, page by page; the parameter of the list says in what. */
  public <S, T> List<Item<S, T>> in(
      String parameter, Name parent, String plural, Class<S> spec, Class<T> status) throws Away {
    return pages(plural, "&" + parameter + "=" + parent, spec, status);
  }

  private <S, T> List<Item<S, T>> pages(String plural, String which, Class<S> spec, Class<T> status)
      throws Away {
    JavaType page = json.getTypeFactory().constructParametricType(Items.class, type(spec, status));
    String first = plural + "?limit=" + PAGE + which;
    List<Item<S, T>> found = new ArrayList<>();
    String next = "";
    do {
      String path = next.isEmpty() ? first : first + "&continue=" + encoded(next);
      String body =
          service.get(path).orElseThrow(() -> new Away(service.name() + " has no " + plural));
      Items<Item<S, T>> items = understood(() -> reader.forType(page).readValue(body));
      found.addAll(items.items());
      String more = items.metadata() == null ? null : items.metadata().next();
      next = more == null ? "" : more;
    } while (!next.isEmpty());
    return found;
  }

  /** Something else that the service answered. */
  public <R> R read(String body, Class<R> type) throws Away {
    return understood(() -> reader.forType(type).readValue(body));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private JavaType type(Class<?> spec, Class<?> status) {
    return json.getTypeFactory().constructParametricType(Item.class, spec, status);
  }

  @FunctionalInterface
  private interface Reading<R> {
    R read() throws JsonProcessingException;
  }

  private <R> R understood(Reading<R> reading) throws Away {
    try {
      return reading.read();
    } catch (JsonProcessingException e) {
      throw new Away(service.name() + " answered what cannot be read: " + e.getOriginalMessage());
    }
  }
}
