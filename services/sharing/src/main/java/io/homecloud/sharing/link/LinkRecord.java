package io.homecloud.sharing.link;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a link beside the wish.
 *
 * @param target what it was made for; null when that was not known yet
 * @param passwordHash Argon2id; null when no password is asked for
 * @param uses visitors so far
 * @param files that were brought
 * @param bytes of those, and of those that are on their way
 */
record LinkRecord(
    UUID uid,
    @Nullable LinkTarget target,
    @Nullable String passwordHash,
    int uses,
    @Nullable Instant lastUsed,
    int files,
    long bytes) {
  @Override
  public String toString() {
    return "LinkRecord[" + uid + ", uses " + uses + "]";
  }
}
