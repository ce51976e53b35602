package io.homecloud.control.resource;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Desired (spec) and observed (status) of one thing; the REST body and the custom resource.
 *
 * @param node who acts on it
 * @param parent what it lives in: a volume's pool, a snapshot's volume
 * @param status null until somebody has looked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Resource<S, T extends Status>(
    String kind,
    Metadata metadata,
    @JsonIgnore String node,
    @JsonIgnore @Nullable UUID parent,
    S spec,
    @Nullable T status) {
  /** In place of a person who asked for it: it stands in a custom resource. */
  public static final String DECLARED = "kubernetes";

  @JsonIgnore
  public UUID uid() {
    return metadata.uid();
  }

  @JsonIgnore
  public Name name() {
    return metadata.name();
  }

  @JsonIgnore
  public boolean deleting() {
    return metadata.deletionTimestamp() != null;
  }

  /** Whether it came in as a custom resource, which may be applied again when nobody means it. */
  @JsonIgnore
  public boolean declared() {
    return metadata.createdBy().equals(DECLARED);
  }

  /** Conditions as last observed, for the next status to build on. */
  @JsonIgnore
  public List<Condition> conditions() {
    return status == null ? List.of() : status.conditions();
  }

  /** Whether the newest spec was observed to be there. */
  @JsonIgnore
  public boolean ready() {
    return status != null
        && status.observedGeneration() == metadata.generation()
        && Conditions.isTrue(status.conditions(), Condition.READY);
  }

  /** The same with another status. */
  public Resource<S, T> observed(T now) {
    return new Resource<>(kind, metadata, node, parent, spec, now);
  }
}
