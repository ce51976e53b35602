package io.homecloud.control.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What every resource has.
 *
 * @param generation counts changes of the spec and the labels, from 1
 * @param revision changes with every write; the ETag
 * @param createdBy the subject who asked
 * @param deletionTimestamp when its deletion was asked for, null while nobody has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Metadata(
    Name name,
    UUID uid,
    long generation,
    long revision,
    Map<String, String> labels,
    Instant creationTimestamp,
    String createdBy,
    @Nullable Instant deletionTimestamp) {}
