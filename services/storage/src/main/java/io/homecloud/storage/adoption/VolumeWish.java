package io.homecloud.storage.adoption;

import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.storage.Compression;
import io.homecloud.storage.disk.Printable;
import io.homecloud.storage.volume.Mode;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.storage.volume.VolumeSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is wished of a volume that was found. */
final class VolumeWish {
  private VolumeWish() {}

  /** As somebody wished it once, on the pool as it is called here, and so that it can be done. */
  static VolumeSpec noted(VolumeSpec spec, Name pool) {
    @Nullable Compression compression = spec.noCow() ? null : spec.compression();
    return new VolumeSpec(
        pool,
        VolumeSpec.Backend.btrfs,
        spec.quota(),
        compression,
        spec.owner(),
        spec.mode(),
        spec.deletionPolicy() == null ? VolumeSpec.DeletionPolicy.Retain : spec.deletionPolicy(),
        spec.noCow(),
        displayed(spec.displayName()),
        spec.source());
  }

  /** As it is, so that nothing of it has to be changed. */
  static VolumeSpec found(Optional<VolumeSettings> settings, Name pool) {
    VolumeSettings is =
        settings.orElseGet(() ->
            new VolumeSettings(
                java.util.OptionalLong.empty(),
                false,
                Optional.empty(),
                io.homecloud.storage.volume.Owner.ROOT,
                0700));
    return new VolumeSpec(
        pool,
        VolumeSpec.Backend.btrfs,
        is.quota().isPresent() ? new Quantity(is.quota().getAsLong()) : null,
        is.compression().orElse(null),
        is.owner(),
        new Mode(is.mode()),
        VolumeSpec.DeletionPolicy.Retain,
        is.noCow(),
        null,
        null);
  }

  static @Nullable String displayed(@Nullable String name) {
    if (name == null || VolumeSpec.displayable(name)) {
      return name;
    }
    String shown = Printable.of(name);
    return shown.isEmpty() ? null : shown;
  }
}
