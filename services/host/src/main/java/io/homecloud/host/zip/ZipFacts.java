package io.homecloud.host.zip;

import io.homecloud.host.libc.FileType;
import java.time.Instant;

/**
 * What a zip file tells of an entry.
 *
 * @param mode the permission bits
 * @param size in bytes, of a file
 */
public record ZipFacts(FileType type, int mode, Instant modified, long size) {}
