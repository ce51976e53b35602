package io.homecloud.sharing.link;

import java.util.List;

/**
 * A link in the list.
 *
 * @param state what has become of it
 * @param open whether it opens anything
 * @param news what has come since its maker looked last; empty for nothing
 * @param marks what else there is to it
 * @param until the last day on which it opens something; empty when there is none
 * @param password whether guests are asked for one
 * @param refused the change of it that was just refused
 */
public record LinkLine(
    String name,
    String title,
    String icon,
    String what,
    String state,
    boolean open,
    String news,
    List<String> marks,
    String until,
    boolean password,
    List<Done> log,
    Refused refused) {
  /** What a guest did. */
  public record Done(String at, String what, String address) {}

  /**
   * A change that was refused, as it was written.
   *
   * @param link its name
   * @param said why; empty when there is none
   */
  public record Refused(String link, String until, String password, boolean open, String said) {
    static final Refused NONE = new Refused("", "", "", false, "");
  }

  /** Whether its maker looks for it; what opens nothing any more is kept apart. */
  boolean stands() {
    return open || !news.isEmpty() || !refused.said().isEmpty();
  }
}
