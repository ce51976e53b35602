package io.homecloud.standalone.killed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Something that is asked for, of which the things concerned know already.
 *
 * @param declines answers that mean that nothing was changed
 * @param heard learns from the body of the answer that grants it
 */
record Wish(
    Request request,
    List<? extends Known<?>> concerned,
    Set<Integer> declines,
    Consumer<JsonNode> heard) {
  Wish(Request request, List<? extends Known<?>> concerned) {
    this(request, concerned, Set.of(), _ -> {});
  }

  Wish(Request request, Known<?>... concerned) {
    this(request, List.of(concerned));
  }

  Wish orDeclined(Integer... answers) {
    return new Wish(request, concerned, Set.of(answers), heard);
  }

  Wish hearing(Consumer<JsonNode> listener) {
    return new Wish(request, concerned, declines, listener);
  }

  void granted(JsonNode body) {
    heard.accept(body);
    concerned.forEach(Known::acknowledged);
  }

  void declined() {
    concerned.forEach(Known::declined);
  }
}
