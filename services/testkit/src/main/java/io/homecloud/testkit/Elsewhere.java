package io.homecloud.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount namespace of its own, as a container has: it keeps the mounts that it finds when they go
 * here. Those of other tests that run at the same time it lets go before its program begins, or
 * their disks would stay in use.
 */
public final class Elsewhere {
  private static final String LET_GO =
      """
      awk -v own="$0/" '$5 ~ "/homecloud-test/" && index($5 "/", own) != 1 { print $5 }' /proc/self/mountinfo |
        tac | sed 's/\\\\040/ /g' | xargs --no-run-if-empty --delimiter='\\n' umount --lazy
      exec "$@"
      """;

  private Elsewhere() {}

  /**
   * A command that runs a program there.
   *
   * @param own where this test mounts, such as {@link LoopDisks#directory}
   */
  public static String[] command(Path own, String... program) {
    return command("private", own, program);
  }

  /** The same, where mounts that go here go as well, if they are shared. */
  public static String[] following(Path own, String... program) {
    return command("slave", own, program);
  }

  private static String[] command(String propagation, Path own, String... program) {
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "--propagation"));
    words.addAll(List.of(propagation, "sh", "-c", LET_GO, own.toString()));
    words.addAll(List.of(program));
    return words.toArray(String[]::new);
  }
}
