package io.homecloud.sharing.serving;

import java.util.List;

/**
 * Everything that is to be served and everybody who may be served, as it is wished now. Servers are
 * given the whole each time and find out themselves what differs.
 *
 * @param shares whose directories are there now; others are not served
 */
public record Serving(List<ServedShare> shares, List<Person> people, List<Group> groups) {
  public static final Serving NOTHING = new Serving(List.of(), List.of(), List.of());

  public Serving {
    shares = List.copyOf(shares);
    people = List.copyOf(people);
    groups = List.copyOf(groups);
  }
}
