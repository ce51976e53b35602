package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that is connected.
 *
 * @param id unique among the sessions of its protocol
 * @param account null for guests, and for NFS clients
 * @param address the client's, as text
 * @param share null when it has opened none
 * @param since null when the server does not tell
 * @param openFiles paths within the share, as many as the server tells
 * @param security for people: dialect, encryption, TLS version; empty when unknown
 */
public record ClientSession(
    Protocol protocol,
    String id,
    @Nullable Name account,
    String address,
    @Nullable Name share,
    @Nullable Instant since,
    List<String> openFiles,
    String security) {
  public ClientSession {
    openFiles = List.copyOf(openFiles);
  }
}
