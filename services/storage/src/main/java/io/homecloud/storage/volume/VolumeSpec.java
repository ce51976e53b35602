package io.homecloud.storage.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageProblem;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a volume.
 *
 * @param pool where its files are, by its name
 * @param backend btrfs when absent; longhorn cannot be made yet
 * @param quota for the volume with its snapshots, no limit when absent
 * @param compression what the pool does when absent
 * @param owner root when absent
 * @param mode of the root directory, 0755 when absent
 * @param deletionPolicy what becomes of it when its custom resource is deleted: Retain when absent
 * @param noCow data is overwritten in place, for databases; only at creation
 * @param displayName what people read; anything printable up to 200 characters
 * @param source what it starts as a copy of; only at creation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Rule(
    value = "!(has(self.noCow) && self.noCow && has(self.compression))",
    otherwise = "A volume without copy-on-write cannot be compressed.")
@Rule(
    value = "!has(self.source) || has(oldSelf.source)",
    otherwise = "source is decided when a volume is made; clone it instead.")
public record VolumeSpec(
    @Shape(fixed = "clone it instead") Name pool,
    @Shape(byDefault = "btrfs", fixed = "clone it instead") @Nullable Backend backend,
    @Nullable Quantity quota,
    @Nullable Compression compression,
    @Shape(byDefault = "0:0") @Nullable Owner owner,
    @Shape(byDefault = "0755") @Nullable Mode mode,
    @Shape(byDefault = "Retain") @Nullable DeletionPolicy deletionPolicy,
    @Shape(byDefault = "false", fixed = "clone it instead") boolean noCow,
    @Shape(least = 1, most = 200) @Nullable String displayName,
    @Shape(fixed = "clone it instead") @Nullable Source source) {

  /** Who keeps the data. */
  public enum Backend {
    btrfs,
    longhorn
  }

  /** What becomes of the data when the custom resource is deleted. */
  public enum DeletionPolicy {
    Retain,
    Trash
  }

  /**
   * A volume, or one of its snapshots, that a clone starts from; by uid, since names may be given
   * anew.
   *
   * @param volume the volume's uid
   * @param snapshot the uid of one of its snapshots; as it is now when absent
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(java.util.UUID volume, java.util.@Nullable UUID snapshot) {}

  private static final int LONGEST_DISPLAY_NAME = 200;

  /** Whether people can read it: 1 to 200 characters, none of them invisible. */
  public static boolean displayable(String name) {
    return !name.isBlank()
        && name.length() <= LONGEST_DISPLAY_NAME
        && name.codePoints()
            .noneMatch(c ->
                Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE);
  }

  /**
   * Refuses a name that nobody can read, or that is too long to be noted on the pool.
   *
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  public static void requireDisplayable(@Nullable String name) {
    if (name != null && !displayable(name)) {
      throw StorageProblem.VALUE_INVALID.because("displayName is 1 to 200 printable characters.");
    }
  }

  VolumeSettings settings() {
    return new VolumeSettings(
        quota == null ? OptionalLong.empty() : OptionalLong.of(quota.bytes()),
        noCow,
        Optional.ofNullable(compression),
        owner == null ? Owner.ROOT : owner,
        mode == null ? 0755 : mode.bits());
  }

  public VolumeSpec copyOf(Source of) {
    return new VolumeSpec(
        pool, backend, quota, compression, owner, mode, deletionPolicy, noCow, displayName, of);
  }
}
