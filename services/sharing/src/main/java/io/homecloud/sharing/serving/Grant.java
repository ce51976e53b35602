package io.homecloud.sharing.serving;

import io.homecloud.control.Name;

/** What an account or a group may do. */
public sealed interface Grant {
  Name to();

  Level level();

  record ToAccount(Name to, Level level) implements Grant {}

  record ToGroup(Name to, Level level) implements Grant {}
}
