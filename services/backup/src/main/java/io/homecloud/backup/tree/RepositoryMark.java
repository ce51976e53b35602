package io.homecloud.backup.tree;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * What a repository says of itself, in {@code homecloud-repository.json} at its top: that it is
 * one, so that copies never go into the bare directory of a disk that is not there.
 *
 * @param installation who made it
 */
public record RepositoryMark(int format, UUID uid, UUID installation, Instant createdAt) {
  static final int FORMAT = 1;
  static final String FILE = "homecloud-repository.json";

  public RepositoryMark {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(installation);
  }
}
