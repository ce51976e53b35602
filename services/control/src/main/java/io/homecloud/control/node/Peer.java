package io.homecloud.control.node;

import java.net.URI;
import java.time.Instant;

/**
 * An instance of the service on some node.
 *
 * @param url where it answers its peers
 * @param here whether it is thought to answer
 * @param seenAt when it last said that it is there
 */
public record Peer(String node, URI url, boolean here, Instant seenAt) {}
