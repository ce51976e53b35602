package io.homecloud.control.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.resource.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
 * @param labels what people noted of it
 * @param conditions Ready alone: whether what was asked for is done, for programs that look at
 *     every kind in the same way; the reason is the state
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
    Map<String, String> labels,
    List<Condition> conditions,
    Instant createdAt,
    String createdBy,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {
  public Task {
    labels = Map.copyOf(labels);
    conditions = List.copyOf(conditions);
  }

  /** What a task is about. */
  public record Target(UUID uid, String kind, String name) {}

  /** How far it is; total is 0 while nobody knows. */
  public record Progress(long done, long total, String unit) {}
}
