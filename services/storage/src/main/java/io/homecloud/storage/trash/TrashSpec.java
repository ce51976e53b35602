package io.homecloud.storage.trash;

import io.homecloud.control.Name;
import io.homecloud.storage.volume.VolumeSpec;
import java.time.Instant;

/**
 * A volume that was deleted.
 *
 * @param volume the name it had, and gets back
 * @param spec what was wished of it
 */
public record TrashSpec(Name volume, VolumeSpec spec, Instant trashedAt) {}
