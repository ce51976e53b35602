package io.homecloud.sharing.account;

import io.homecloud.control.resource.Shape;
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
    @Shape(least = 1, most = 200) @Nullable String displayName,
    @Shape(most = 254, pattern = "[^@ ]+@[^@ ]+") @Nullable String mail,
    @Shape(most = 100) List<Name> groups,
    @Shape(byDefault = "false") boolean disabled,
    @Shape(byDefault = "member") Role role) {
  public AccountSpec {
    groups = groups == null ? List.of() : groups.stream().distinct().sorted().toList();
    role = role == null ? Role.MEMBER : role;
  }
}
