package io.homecloud.storage.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a disk and has to outlive a restart.
 *
 * @param size in bytes
 * @param content for people: what is on it
 * @param poolUid the btrfs that it is a member of
 * @param checkup what it said of its health last, null before it was asked
 * @param away whether it is unplugged, and known still for what people noted of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskStatus(
    String path,
    long size,
    String content,
    @Nullable UUID poolUid,
    @Nullable Checkup checkup,
    boolean away,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** The condition that says whether the disk has to be replaced. */
  public static final String FAILING = "Failing";

  public DiskStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** Nothing of it is known any more but where it was. */
  DiskStatus unplugged() {
    return new DiskStatus(path, size, content, null, null, true, observedGeneration, List.of());
  }
}
