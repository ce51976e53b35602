package io.homecloud.storage.volume;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What the file system says of a subvolume.
 *
 * @param id the number within its pool
 * @param uuid the file system's own identity of it, not ours
 * @param parentUuid of the subvolume it was a snapshot or clone of
 * @param generation grows with every change below it
 */
public record SubvolumeInfo(
    Place place,
    long id,
    UUID uuid,
    Optional<UUID> parentUuid,
    Instant createdAt,
    boolean readOnly,
    long generation) {}
