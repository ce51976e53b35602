package io.homecloud.sharing;

/** The kinds that sharing owns. */
public final class SharingKinds {
  /** Where sharing's API begins. */
  public static final String API = "/api/sharing/v1";

  private SharingKinds() {}
}
