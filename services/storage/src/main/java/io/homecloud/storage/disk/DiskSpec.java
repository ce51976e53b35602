package io.homecloud.storage.disk;

/** Nothing can be wished of a disk; only its id is kept. */
public record DiskSpec(String id) {}
