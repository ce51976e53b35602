package io.homecloud.storage.adoption;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pool on disks of this node that is none of this installation and can be adopted; or one of this
 * installation with volumes that were let go of, or made after the database was that was written
 * back.
 *
 * @param uid the identity of its file system
 * @param name what it is called by its catalogue, else by its label
 * @param label of the file system, as its maker called it
 * @param disks ids of those of it that are there
 * @param whole whether those are all
 * @param adopted whether it is one of this installation; then the volumes are those that were let
 *     go of or are not known any more; they come back when the pool is exported and adopted, and
 *     what was their custom resource brings them back when it is applied again with their uid as
 *     the annotation {@code homecloud.io/uid}
 * @param volumes the first thousand of its volumes, by name
 * @param volumeCount how many volumes there are
 * @param notSeen why nobody can look into it now; its volumes are not known then
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OfferedPool(
    UUID uid,
    Name name,
    String label,
    List<String> disks,
    boolean whole,
    boolean adopted,
    List<OfferedVolume> volumes,
    int volumeCount,
    @Nullable String notSeen) {
  /**
   * A volume on it, as its catalogue calls it.
   *
   * @param uid its identity
   * @param displayName what people call it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfferedVolume(UUID uid, Name name, @Nullable String displayName) {}
}
