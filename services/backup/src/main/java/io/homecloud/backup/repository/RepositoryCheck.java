package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found when somebody wanted to know now.
 *
 * @param usable whether it can be copied to and restored from
 * @param reason why not, a word; as in the condition {@code Ready}
 * @param message for people
 * @param runs how many complete copies it has
 * @param freeBytes how much can still be written, where somebody tells
 * @param drives of a set, as they were looked at last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositoryCheck(
    boolean usable,
    String reason,
    String message,
    @Nullable Integer runs,
    @Nullable Long freeBytes,
    @Nullable List<DriveStatus> drives,
    Instant checkedAt) {}
