package io.homecloud.backup.hook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupProblem;
import io.homecloud.control.Name;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is done around a run, one after another.
 *
 * @param before before the snapshot is taken; when one fails, so does the run
 * @param afterSnapshot as soon as it is taken, or could not be: what was stopped before goes on
 * @param after when the run has ended, however it ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanHooks")
public record Hooks(
    @Nullable List<Hook> before, @Nullable List<Hook> afterSnapshot, @Nullable List<Hook> after) {
  public static final Hooks NONE = new Hooks(null, null, null);

  private static final int MOST = 20;

  /** When a hook has its turn. */
  public enum Moment {
    before,
    afterSnapshot,
    after
  }

  /** Nothing when nothing was told. */
  public List<Hook> at(Moment moment) {
    List<Hook> hooks =
        switch (moment) {
          case before -> before;
          case afterSnapshot -> afterSnapshot;
          case after -> after;
        };
    return hooks == null ? List.of() : hooks;
  }

  /** The names of the files that they put into the backup. */
  public List<String> files() {
    return at(Moment.before).stream().flatMap(hook -> hook.fileName().stream()).sorted().toList();
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException HOOKS_REFUSED
   */
  public void check() {
    Set<String> files = new HashSet<>();
    for (Moment moment : Moment.values()) {
      if (at(moment).size() > MOST) {
        throw refused("There are up to 20 hooks at each time.");
      }
      for (Hook hook : at(moment)) {
        if (hook == null) {
          throw refused("Each hook has one of postgresql, mariadb, sqlite and command.");
        }
        hook.check();
        Optional<String> file = hook.fileName();
        if (file.isPresent() && moment != Moment.before) {
          throw refused("What goes into the backup is made before the snapshot is taken.");
        }
        if (file.isPresent() && !files.add(file.get())) {
          throw refused("Two hooks would both write " + file.get() + "; give one a file.");
        }
      }
    }
  }

  /** The secrets that have passwords which they need. */
  public List<Name> secrets() {
    return all().flatMap(hook -> hook.secret().stream()).distinct().toList();
  }

  /** All of them. */
  public Stream<Hook> all() {
    return Stream.of(Moment.values()).flatMap(moment -> at(moment).stream());
  }

  static RuntimeException refused(String sentence) {
    return BackupProblem.HOOKS_REFUSED.because(sentence);
  }
}
