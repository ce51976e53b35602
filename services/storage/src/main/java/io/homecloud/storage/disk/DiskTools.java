package io.homecloud.storage.disk;

/** What works on the disks of this machine, beside looking at them. */
public record DiskTools(DiskEvents events, DiskHealth health, SafeRemoval removal) {}
