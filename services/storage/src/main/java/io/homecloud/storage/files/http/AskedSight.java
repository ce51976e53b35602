package io.homecloud.storage.files.http;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FileName;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.Sight;
import io.homecloud.storage.files.VolumeFiles;
import io.homecloud.storage.volume.Owner;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** As whom a request wants to see the files of a volume. */
public final class AskedSight {
  private static final int MOST_NAMES = 16;

  @QueryParam("as")
  @Parameter(
      description =
          "A user and a group, 1000:1000, as whom files are read and brought: what their modes keep from those is not there. Without, everything is.")
  @Nullable String as;

  @QueryParam("within")
  @Parameter(
      description =
          "With as: the directory that is shared, encoded; nothing outside is there, and what is above it is not asked.")
  @Nullable String within;

  @QueryParam("without")
  @Parameter(
      description =
          "With as: names that are nowhere shown, encoded; one that ends with a star stands for all that begin so.")
  @Nullable List<String> without;

  /** The files as they are asked for. */
  Supplier<VolumeFiles> of(Supplier<VolumeFiles> open) {
    if (as == null) {
      return open;
    }
    Owner user = user(as);
    FilePath top = StorageProblem.require(FilePath.parse(within == null ? "" : within));
    Sight sight = new Sight(user.uid(), user.gid(), top, names());
    return () -> open.get().seenBy(sight);
  }

  private static Owner user(String text) {
    try {
      return Owner.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommonProblem.PARAMETER_INVALID.because("as is a user and a group, as in 1000:1000.");
    }
  }

  private Set<FileName> names() {
    List<String> names = without == null ? List.of() : without;
    if (names.size() > MOST_NAMES) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "without is said at most " + MOST_NAMES + " times.");
    }
    return names.stream()
        .map(name -> StorageProblem.require(FilePath.parse(name)))
        .filter(path -> !path.isRoot())
        .map(FilePath::name)
        .collect(Collectors.toSet());
  }
}
