package io.homecloud.sharing;

import io.homecloud.control.resource.Kind;
import io.homecloud.sharing.share.ShareSpec;
import io.homecloud.sharing.share.ShareStatus;

/** The kinds that sharing owns. */
public final class SharingKinds {
  /** Where sharing's API begins. */
  public static final String API = "/api/sharing/v1";

  public static final Kind<ShareSpec, ShareStatus> SHARE =
      new Kind<>("Share", "shares", ShareSpec.class, ShareStatus.class);

  private SharingKinds() {}
}
