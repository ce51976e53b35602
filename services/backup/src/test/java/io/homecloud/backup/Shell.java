package io.homecloud.backup;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import java.nio.file.Path;
import java.time.Duration;

/** Programs that tests need done, and an independent look at trees. */
public final class Shell {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private Shell() {}

  /** Its output; anything but exit code 0 fails the test. */
  public static String must(String... argv) {
    HostResult result = new LocalHost().run(new HostCommand(DEADLINE, argv));
    if (result instanceof HostResult.Exited(int code, String out, _) && code == 0) {
      return out.strip();
    }
    throw new AssertionError(String.join(" ", argv) + ": " + result);
  }

  /** In that directory. */
  public static String in(Path directory, String script) {
    return must("sh", "-euc", "cd \"$1\"\n" + script, "sh", directory.toString());
  }

  /**
   * Everything about what is in a directory: names, types, owners, rights, times to the nanosecond,
   * links, devices, attributes with access lists, and contents.
   */
  public static String everything(Path directory) {
    return in(
        directory,
        """
        find . -mindepth 1 -printf '%P\\0%y %m %U:%G %l %T@ ' -not -type d -printf '%s' , -printf '\\n' | tr '\\0' ' ' | LC_ALL=C sort
        find . -mindepth 1 -print0 | LC_ALL=C sort -z | xargs -0 -r getfattr --no-dereference --absolute-names -d -m - -e hex --
        find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
        find . -type f -printf '%i %P\\n' | LC_ALL=C sort -k2 | awk '{ c[$1]++; line[NR] = $0; ino[NR] = $1 } END { for (k = 1; k <= NR; k++) if (c[ino[k]] > 1) { if (!(ino[k] in n)) n[ino[k]] = ++g; print n[ino[k]], substr(line[k], index(line[k], " ")) } }'
        """);
  }
}
