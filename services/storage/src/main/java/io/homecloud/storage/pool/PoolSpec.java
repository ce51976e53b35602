package io.homecloud.storage.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Shape;
import io.homecloud.storage.Compression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a pool.
 *
 * @param node where its disks are; with several nodes it has to be there unless the disks are named
 *     by ids
 * @param disks ids or paths
 * @param dataProfile single for one disk and raid1 for more when absent
 * @param metadataProfile dup for one disk and raid1 for more when absent
 * @param compression zstd:3 when absent
 * @param erase take the disks with what is on them when this is asked, not with what comes later;
 *     can be withdrawn until the pool is made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolSpec(
    @Shape(
            least = 1,
            most = 253,
            fixed = "a pool moves by its disks: export it, plug them in there, adopt it")
        @Nullable String node,
    @Shape(least = 1, most = 64) List<String> disks,
    @Nullable Profile dataProfile,
    @Nullable Profile metadataProfile,
    @Nullable Compression compression,
    @Shape(byDefault = "false") boolean erase) {
  public PoolSpec {
    disks = disks == null ? List.of() : List.copyOf(disks);
  }

  /** With every default filled in. */
  PoolSpec completed(String here) {
    boolean one = disks.size() < 2;
    return new PoolSpec(
        node == null ? here : node,
        disks,
        dataProfile == null ? (one ? Profile.SINGLE : Profile.RAID1) : dataProfile,
        metadataProfile == null ? (one ? Profile.DUP : Profile.RAID1) : metadataProfile,
        compression == null ? Compression.parse("zstd:3") : compression,
        erase);
  }

  PoolSpec with(List<String> newDisks, Profile data, Profile metadata) {
    return new PoolSpec(node, newDisks, data, metadata, compression, erase);
  }
}
