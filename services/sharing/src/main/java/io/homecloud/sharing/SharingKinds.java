package io.homecloud.sharing;

import io.homecloud.control.resource.Kind;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.group.GroupSpec;
import io.homecloud.sharing.group.GroupStatus;

/** The kinds that sharing owns. */
public final class SharingKinds {
  /** Where sharing's API begins. */
  public static final String API = "/api/sharing/v1";

  public static final Kind<AccountSpec, AccountStatus> ACCOUNT =
      new Kind<>("Account", "accounts", AccountSpec.class, AccountStatus.class);
  public static final Kind<GroupSpec, GroupStatus> GROUP =
      new Kind<>("Group", "groups", GroupSpec.class, GroupStatus.class);

  private SharingKinds() {}
}
