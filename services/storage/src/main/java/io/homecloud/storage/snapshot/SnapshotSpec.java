package io.homecloud.storage.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a snapshot.
 *
 * @param volume what it is taken of
 * @param pinned never deleted while it is
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SnapshotSpec(
    @Shape(fixed = "a snapshot stays the snapshot of its volume") Name volume,
    @Shape(byDefault = "false") boolean pinned,
    @Shape(least = 1, most = 200) @Nullable String displayName) {}
