package io.homecloud.control.node;

/**
 * Whose host a request needs.
 *
 * @param needed false when another instance can answer too, with what was last observed
 */
public record Owner(String node, boolean needed) {
  /** Nobody else can do it. */
  public static Owner needed(String node) {
    return new Owner(node, true);
  }

  /** It knows better than the rows do. */
  public static Owner preferred(String node) {
    return new Owner(node, false);
  }
}
