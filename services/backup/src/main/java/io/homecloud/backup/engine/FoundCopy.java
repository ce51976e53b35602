package io.homecloud.backup.engine;

import io.homecloud.backup.tree.RunMark;
import java.time.Instant;

/**
 * A complete copy that was found.
 *
 * @param copy what it is called in its repository
 * @param at the time that it is called by
 * @param mark what it says of itself; anybody may have written it
 */
public record FoundCopy(String copy, Instant at, RunMark mark, boolean pinned) {}
