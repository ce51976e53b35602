package io.homecloud.sharing.account;

import io.homecloud.control.resource.Resource;
import java.util.Optional;

/** What has to be done with what somebody leaves before their account is gone. */
public interface Departure {
  /**
   * Why somebody cannot be gone before others have done something.
   *
   * @param reason one CamelCase word for programs
   */
  record NotYet(String reason, String sentence) {}

  /**
   * May be repeated; throws when it cannot be done now.
   *
   * @param account that is being deleted
   * @return empty when nothing is left to be done
   */
  Optional<NotYet> carryOut(Resource<AccountSpec, AccountStatus> account);
}
