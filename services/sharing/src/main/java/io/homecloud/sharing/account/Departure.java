package io.homecloud.sharing.account;

import io.homecloud.control.resource.Resource;

/** What has to be done with what somebody leaves before their account is gone. */
public interface Departure {
  /**
   * May be repeated; throws when it cannot be done now.
   *
   * @param account that is being deleted
   */
  void carryOut(Resource<AccountSpec, AccountStatus> account);
}
