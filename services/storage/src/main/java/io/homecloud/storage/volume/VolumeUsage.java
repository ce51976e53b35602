package io.homecloud.storage.volume;

import java.util.OptionalLong;

/**
 * What a volume with its snapshots is billed.
 *
 * @param used bytes, data shared with another volume excluded
 * @param limit bytes, empty for none
 */
public record VolumeUsage(long used, OptionalLong limit) {}
