package io.homecloud.events.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.events.EventName;
import io.homecloud.events.Fact;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What sharing tells about shares and their servers on topic {@code homecloud.sharing}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface ShareFact extends Fact {

  /**
   * @param path in the volume, empty for all of it
   */
  @EventName("share.created.v1")
  record ShareCreated(
      UUID uid, String name, String node, UUID volumeUid, String path, List<String> protocols)
      implements ShareFact {
    public ShareCreated {
      protocols = List.copyOf(protocols);
    }
  }

  /** It is served as its changed wish says, or otherwise than before. */
  @EventName("share.changed.v1")
  record ShareChanged(
      UUID uid, String name, String node, UUID volumeUid, String path, List<String> protocols)
      implements ShareFact {
    public ShareChanged {
      protocols = List.copyOf(protocols);
    }
  }

  /** It is not served now, and nothing of its volume is held. */
  @EventName("share.released.v1")
  record ShareReleased(UUID uid, String name, String node, UUID volumeUid, String reason)
      implements ShareFact {}

  @EventName("share.deleted.v1")
  record ShareDeleted(UUID uid, String name, String node) implements ShareFact {}

  @EventName("server.failed.v1")
  record ServerFailed(UUID uid, String node, String protocol, String reason) implements ShareFact {}

  @EventName("server.recovered.v1")
  record ServerRecovered(UUID uid, String node, String protocol) implements ShareFact {}

  @EventName("session.opened.v1")
  record SessionOpened(
      UUID uid,
      String node,
      String protocol,
      String id,
      @Nullable String account,
      String address,
      @Nullable String share)
      implements ShareFact {}

  @EventName("session.closed.v1")
  record SessionClosed(
      UUID uid,
      String node,
      String protocol,
      String id,
      @Nullable String account,
      String address,
      @Nullable String share)
      implements ShareFact {}
}
