package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Group;
import io.homecloud.sharing.serving.Person;
import java.util.List;

/** Who there is: what shares need to know of accounts and groups. */
public interface People {
  People NOBODY =
      new People() {
        @Override
        public List<Person> people() {
          return List.of();
        }

        @Override
        public List<Group> groups() {
          return List.of();
        }
      };

  /** Everybody with an account, also who may not sign in now. */
  List<Person> people();

  List<Group> groups();

  default boolean hasAccount(Name name) {
    return people().stream().anyMatch(person -> person.name().equals(name));
  }

  default boolean hasGroup(Name name) {
    return groups().stream().anyMatch(group -> group.name().equals(name));
  }
}
