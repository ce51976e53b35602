package io.homecloud.sharing.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of an account.
 *
 * @param displayName what people read
 * @param mail where notices go
 * @param groups that the person is in
 * @param disabled signs in nowhere, and is signed out where it is
 * @param role member when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountSpec(
    @Nullable String displayName,
    @Nullable String mail,
    List<Name> groups,
    boolean disabled,
    Role role) {
  public AccountSpec {
    groups = groups == null ? List.of() : groups.stream().distinct().sorted().toList();
    role = role == null ? Role.MEMBER : role;
  }
}
