package io.homecloud.sharing.serving;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client did with a share of which that is written down.
 *
 * @param account null for guests, and for NFS clients
 * @param address the client's, as text
 * @param action in the protocol's own word, such as PUT
 * @param path within the share, as much of it as the server tells; empty for the share itself
 * @param result in the protocol's own word, such as 201
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Access(
    Instant at,
    Protocol protocol,
    Name share,
    @Nullable Name account,
    String address,
    String action,
    String path,
    String result) {}
