package io.homecloud.backup.restore;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a restore means.
 *
 * @param source the volume whose files they are
 * @param paths in that volume; only the top for all of it
 * @param target the volume that gets them
 * @param into the directory in it
 */
record Wanted(Name source, List<RelativePath> paths, Name target, RelativePath into) {
  Wanted {
    paths = List.copyOf(paths);
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException when the paths are of several volumes, or
   *     of none
   */
  static Wanted of(RestoreSpec spec, RunSpec run) {
    List<String> asked = spec.paths() == null ? List.of() : spec.paths();
    List<Name> volumes = run.sources().stream().map(Source::volume).distinct().toList();
    List<Name> real = volumes.stream().filter(volume -> !volume.equals(Source.DUMPS)).toList();
    if (asked.isEmpty() && real.size() != 1) {
      throw BackupProblem.PATH_INVALID.because(
          "The run has several volumes; spec.paths says which one, and each is restored by itself.");
    }
    List<RelativePath> all =
        asked.isEmpty()
            ? List.of(RelativePath.of(bytes(real.getFirst().value())))
            : asked.stream().map(Wanted::path).toList();
    Name source = volume(all.getFirst(), volumes);
    if (!all.stream().allMatch(path -> volume(path, volumes).equals(source))) {
      throw BackupProblem.PATH_INVALID.because(
          "All of spec.paths are of one volume; each volume is restored by itself.");
    }
    int prefix = bytes(source.value()).length + 1;
    List<RelativePath> inside =
        all.stream()
            .map(path ->
                path.length() < prefix
                    ? RelativePath.TOP
                    : RelativePath.of(path.bytes(), prefix, path.length()))
            .toList();
    return new Wanted(
        source,
        inside.contains(RelativePath.TOP) ? List.of(RelativePath.TOP) : inside,
        target(spec).orElse(source),
        EncodedPath.parse(
            spec.target() == null || spec.target().path() == null ? "" : spec.target().path()));
  }

  private static RelativePath path(String encoded) {
    if (encoded == null) {
      throw BackupProblem.PATH_INVALID.because("Each of spec.paths is a text.");
    }
    return EncodedPath.parse(encoded);
  }

  private static Name volume(RelativePath path, List<Name> volumes) {
    return volumes.stream()
        .filter(volume -> RelativePath.of(bytes(volume.value())).contains(path) && !path.isTop())
        .findFirst()
        .orElseThrow(() ->
            BackupProblem.PATH_INVALID.because(
                "Each of spec.paths begins with a volume of the run: "
                    + String.join(", ", volumes.stream().map(Name::value).toList())
                    + "."));
  }

  private static Optional<Name> target(RestoreSpec spec) {
    if (spec.target() == null) {
      return Optional.empty();
    }
    return spec.target().newVolume() != null
        ? Optional.ofNullable(spec.target().newVolume().name())
        : Optional.ofNullable(spec.target().volume());
  }

  /** The same in the tree of the run. */
  List<RelativePath> inTree() {
    RelativePath top = RelativePath.of(bytes(source.value()));
    return paths.stream().map(top::resolve).toList();
  }

  boolean all() {
    return paths.equals(List.of(RelativePath.TOP));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
