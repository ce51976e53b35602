package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a guest link.
 *
 * @param uses how many visitors have opened it
 * @param lastUsed when the last one did
 * @param files how many were brought
 * @param bytes of those
 * @param password whether one is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestLinkStatus(
    int uses,
    @Nullable Instant lastUsed,
    int files,
    Quantity bytes,
    boolean password,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** Of one that came back and was not looked at yet. */
  public static final GuestLinkStatus NOTHING =
      new GuestLinkStatus(0, null, 0, new Quantity(0), false, 0, List.of());

  public GuestLinkStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
