package io.homecloud.storage.adoption;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.Compression;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.pool.Profile;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is wished of a pool that was found. */
final class PoolWish {
  /** What a new pool would have; it counts for what is written from now on. */
  private static final Compression COMPRESSION = Compression.parse("zstd:3");

  private PoolWish() {}

  /** As somebody wished it once, or as it is, on these disks of this node; never to be erased. */
  static PoolSpec of(Optional<PoolSpec> noted, PoolUsage usage, String node, List<Disk> disks) {
    List<String> ids = disks.stream().map(disk -> disk.id().value()).toList();
    return new PoolSpec(
        node,
        ids,
        noted.map(PoolSpec::dataProfile).orElseGet(() -> profile(usage, PoolUsage.Kind.DATA)),
        noted
            .map(PoolSpec::metadataProfile)
            .orElseGet(() -> profile(usage, PoolUsage.Kind.METADATA)),
        noted.map(PoolSpec::compression).orElse(COMPRESSION),
        false);
  }

  /** Null for one that a pool of ours cannot have. */
  private static @Nullable Profile profile(PoolUsage usage, PoolUsage.Kind kind) {
    for (PoolUsage.Group group : usage.groups()) {
      if (group.kind() == kind) {
        try {
          return Profile.parse(group.profile());
        } catch (ProblemException e) {
          return null;
        }
      }
    }
    return null;
  }
}
