package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as servers know it.
 *
 * @param id its uid and the gid of its own group, from 20000
 * @param enabled a disabled one is refused, and its sessions end
 * @param verifiers null when it has no password yet: it can sign in nowhere
 */
public record Person(
    UUID uid,
    Name name,
    String displayName,
    int id,
    Set<Name> groups,
    boolean enabled,
    @Nullable Verifiers verifiers) {
  public Person {
    groups = Set.copyOf(groups);
  }
}
