package io.homecloud.storage.pool;

import java.util.UUID;

/**
 * What a disk says it is a member of. Read from the disk, so anybody may have written it.
 *
 * @param label printable characters only
 * @param deviceId the number of the member within the pool
 * @param deviceCount members that the pool had when this one was last written
 * @param generation the highest among members tells which was written last
 * @param size of the member in bytes
 */
public record DeviceIdentity(
    PoolId pool,
    String label,
    UUID deviceUuid,
    long deviceId,
    long deviceCount,
    long generation,
    long size) {}
