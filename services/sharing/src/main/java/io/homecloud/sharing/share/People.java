package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Group;
import io.homecloud.sharing.serving.Person;
import java.util.List;

/** Who there is: what shares need to know of accounts and groups. */
public interface People {
  /** Everybody with an account, also who may not sign in now. */
  List<Person> people();

  List<Group> groups();

  /** Whether there is anybody, or a group, whose number nobody knows yet. */
  boolean coming();

  boolean hasAccount(Name name);

  boolean hasGroup(Name name);
}
