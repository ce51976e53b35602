package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Rule;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an account or a group may do with a share: one of both is named.
 *
 * @param account by its name
 * @param group by its name
 * @param level read or write
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Rule(
    value = "has(self.account) != has(self.group)",
    otherwise = "Name either an account or a group.")
@Rule(
    value = "self.level != 'none'",
    otherwise = "level is read or write; leave the rule out for none.")
public record AccessRule(@Nullable Name account, @Nullable Name group, Level level) {
  public AccessRule {
    if ((account == null) == (group == null)) {
      throw new IllegalArgumentException("Name either an account or a group.");
    }
    if (level == null || level == Level.NONE) {
      throw new IllegalArgumentException("level is read or write; leave the rule out for none.");
    }
  }

  Grant grant() {
    return account == null
        ? new Grant.ToGroup(Objects.requireNonNull(group), level)
        : new Grant.ToAccount(account, level);
  }
}
