package io.homecloud.storage.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a snapshot.
 *
 * @param volume what it is taken of
 * @param pinned never deleted while it is
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SnapshotSpec(Name volume, boolean pinned, @Nullable String displayName) {}
