package io.homecloud.control.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A long job as it is answered.
 *
 * @param action what is done: {@code scrub}, {@code import}, …
 * @param resource what it is done to
 * @param lane the disk or pool that it loads; tasks of one lane run one after another
 * @param message why it failed, or what it does just now; empty when there is nothing to say
 * @param result what came out, of a form that belongs to the action
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Task(
    UUID id,
    String action,
    @Nullable Target resource,
    @JsonIgnore String node,
    @JsonIgnore String lane,
    @JsonIgnore String parameters,
    TaskState state,
    Progress progress,
    String message,
    @Nullable JsonNode result,
    boolean cancelRequested,
    Instant createdAt,
    String createdBy,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  /** What a task is about. */
  public record Target(UUID uid, String kind, String name) {}

  /** How far it is; total is 0 while nobody knows. */
  public record Progress(long done, long total, String unit) {}
}
