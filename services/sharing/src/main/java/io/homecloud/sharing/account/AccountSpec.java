package io.homecloud.sharing.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of an account.
 *
 * @param displayName what people read
 * @param mail kept for people to read; nothing is sent there
 * @param groups that the person is in
 * @param disabled signs in nowhere, and is signed out where it is
 * @param role member when absent
 * @param passwordSecretRef the Secret of the cluster whose entry is the password, also when that
 *     changes; where there is no cluster, passwords are set by HTTP
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountSpec(
    @Shape(least = 1, most = 200) @Nullable String displayName,
    @Shape(most = 254, pattern = "[^@ ]+@[^@ ]+") @Nullable String mail,
    @Shape(most = 100) List<Name> groups,
    @Shape(byDefault = "false") boolean disabled,
    @Shape(byDefault = "member") Role role,
    @Nullable PasswordRef passwordSecretRef) {
  private static final String ENTRY = "password";

  /**
   * An entry of a Secret.
   *
   * @param name of the Secret
   * @param key of the entry, {@code password} when absent
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PasswordRef(Name name, @Shape(least = 1, most = 253) @Nullable String key) {
    String entry() {
      return key == null ? ENTRY : key;
    }
  }

  public AccountSpec {
    groups = groups == null ? List.of() : groups.stream().distinct().sorted().toList();
    role = role == null ? Role.MEMBER : role;
  }

  /** For where there is no cluster. */
  public AccountSpec withoutSecret() {
    return new AccountSpec(displayName, mail, groups, disabled, role, null);
  }
}
