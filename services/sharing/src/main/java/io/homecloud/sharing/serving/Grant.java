package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.util.List;
import java.util.Set;

/** What an account or a group may do. */
public sealed interface Grant {
  Name to();

  Level level();

  record ToAccount(Name to, Level level) implements Grant {}

  record ToGroup(Name to, Level level) implements Grant {}

  /** Whether it is given to that account, or to a group that it is in. */
  default boolean isFor(Name account, Set<Name> groups) {
    return switch (this) {
      case ToAccount(Name to, _) -> account.equals(to);
      case ToGroup(Name to, _) -> groups.contains(to);
    };
  }

  /**
   * What an account may do: the most of what everybody may and of all grants to it; read at most
   * where nobody may write.
   */
  static Level most(
      List<Grant> grants, Level guests, boolean readOnly, Name account, Set<Name> groups) {
    Level level = guests;
    for (Grant grant : grants) {
      if (grant.isFor(account, groups) && grant.level().compareTo(level) > 0) {
        level = grant.level();
      }
    }
    return readOnly && level == Level.WRITE ? Level.READ : level;
  }
}
