package io.homecloud.sharing.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account is on the machines.
 *
 * @param uid its number, also of its own group; never given to anybody else
 * @param disabled as last told to others
 * @param role of its sign-ins; they end when it falls
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountStatus(
    @Nullable Integer uid,
    boolean disabled,
    @Nullable Role role,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** Whether there is a password to sign in with. */
  public static final String PASSWORD_SET = "PasswordSet";

  /** The reason of an account that came back from a pool, where passwords are not kept. */
  static final String PASSWORD_LOST = "PasswordLost";

  public AccountStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
