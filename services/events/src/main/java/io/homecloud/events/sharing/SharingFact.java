package io.homecloud.events.sharing;

import io.homecloud.events.EventName;
import io.homecloud.events.Fact;
import java.util.UUID;

/** What sharing tells on topic {@code homecloud.sharing}. */
public sealed interface SharingFact extends Fact {
  /**
   * @param id its number on the machines, uid and gid
   */
  @EventName("account.created.v1")
  record AccountCreated(UUID uid, String name, String node, int id) implements SharingFact {}

  @EventName("account.disabled.v1")
  record AccountDisabled(UUID uid, String name, String node) implements SharingFact {}

  @EventName("account.deleted.v1")
  record AccountDeleted(UUID uid, String name, String node) implements SharingFact {}

  /**
   * Its tokens are not good any more, whatever they say.
   *
   * @param uid of the account
   * @param session claim {@code sid} of its tokens
   */
  @EventName("sign-in.ended.v1")
  record SignInEnded(UUID uid, UUID session, String node) implements SharingFact {}

  @EventName("guest-link.created.v1")
  record GuestLinkCreated(UUID uid, String name, String node) implements SharingFact {}

  @EventName("guest-link.used.v1")
  record GuestLinkUsed(UUID uid, String name, String node, String address) implements SharingFact {}

  @EventName("guest-link.locked.v1")
  record GuestLinkLocked(UUID uid, String name, String node, String address)
      implements SharingFact {}

  @EventName("guest-link.expired.v1")
  record GuestLinkExpired(UUID uid, String name, String node) implements SharingFact {}

  /**
   * @param maker whose link it is, an account's name, or {@code root} for the machine's own token
   * @param share that the file was brought into
   * @param file its path in the share
   * @param size in bytes
   */
  @EventName("guest-link.received.v1")
  record GuestLinkReceived(
      UUID uid, String name, String node, String maker, String share, String file, long size)
      implements SharingFact {}
}
