package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Access;

/**
 * An access that was written down.
 *
 * @param number rises by one with each of the share
 */
public record NotedAccess(long number, Access access) {}
