package io.homecloud.sharing;

import io.homecloud.control.resource.Kind;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.group.GroupSpec;
import io.homecloud.sharing.group.GroupStatus;
import io.homecloud.sharing.link.GuestLinkSpec;
import io.homecloud.sharing.link.GuestLinkStatus;
import io.homecloud.sharing.share.ShareSpec;
import io.homecloud.sharing.share.ShareStatus;

/** The kinds that sharing owns. */
public final class SharingKinds {
  /** Where sharing's API begins. */
  public static final String API = "/api/sharing/v1";

  public static final Kind<ShareSpec, ShareStatus> SHARE =
      new Kind<>("Share", "shares", ShareSpec.class, ShareStatus.class);
  public static final Kind<AccountSpec, AccountStatus> ACCOUNT =
      new Kind<>("Account", "accounts", AccountSpec.class, AccountStatus.class);
  public static final Kind<GroupSpec, GroupStatus> GROUP =
      new Kind<>("Group", "groups", GroupSpec.class, GroupStatus.class);

  public static final Kind<GuestLinkSpec, GuestLinkStatus> GUEST_LINK =
      new Kind<>("GuestLink", "guest-links", GuestLinkSpec.class, GuestLinkStatus.class);

  private SharingKinds() {}
}
