package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The first start on a Debian 13 that has nothing but its smallest set of packages: what is missing
 * is installed, everything is built, and a mirror serves. It downloads what a new machine does, and
 * so has this one's network.
 */
class FreshDebianSoakIT {
  private static final Duration PATIENCE = Duration.ofMinutes(40);
  private static final long DISK = 4L << 30;

  private static final String BOOTSTRAP =
      """
      root=$1 mirror=$2
      mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates trixie "$root" "$mirror"
      cp /etc/resolv.conf /etc/hosts "$root/etc/"
      cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
      mkdir "$root/root/homecloud"
      git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$root/root/homecloud"
      """;

  /** Its processes and mounts end with the first of them. */
  private static final String INSIDE =
      """
      root=$1
      mount --make-rprivate /
      mount -t proc proc "$root/proc"
      mount --rbind /sys "$root/sys"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs tmpfs "$root/run"
      exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -ec "$2"
      """;

  private final LoopDisks disks = new LoopDisks();

  @AfterEach
  void nothingIsLeft() {
    disks.close();
  }

  @Test
  void oneCommandIsEnough() {
    // Given
    Path root = disks.directory().resolve("debian");
    String mirror = new Script().functions(Duration.ofMinutes(1), "debian_mirror").stdout().strip();
    Exited made = run(BOOTSTRAP, root.toString(), mirror);
    assertThat(made.code()).as(made.stderr()).isZero();
    String evening = evening(disks.disk(DISK), disks.disk(DISK));

    // When
    Exited first =
        run(
            "exec unshare --mount --pid --fork --kill-child bash -ec '" + INSIDE + "' sh \"$@\"",
            root.toString(),
            evening);

    // Then
    assertThat(first.code()).as(first.stdout() + first.stderr()).isZero();
    assertThat(first.stdout())
        .contains("installing Debian packages")
        .containsPattern("home +Healthy");
    assertThat(first.stderr()).doesNotContain("not found", "No such file");
  }

  /** What is typed there. */
  private static String evening(Path one, Path other) {
    return """
    update-ca-certificates >/dev/null 2>&1
    cd /root/homecloud
    ./homecloud up --disk %s --disk %s --port 18089
    ./homecloud status
    ask() { curl -sS --fail-with-body -H "Authorization: Bearer $(./homecloud token)" "$@"; }
    file=http://127.0.0.1:18089/api/storage/v1/volumes/files/files/LICENSE
    ask -T LICENSE "$file"
    ./homecloud down
    ./homecloud up
    ask "$file" | cmp - LICENSE
    ./homecloud down
    """
        .formatted(one, other);
  }

  private static Exited run(String script, String... arguments) {
    List<String> argv =
        new ArrayList<>(List.of("bash", "-ec", "cd '" + Script.ROOT + "'\n" + script, "bash"));
    argv.addAll(List.of(arguments));
    var result = new LocalHost().run(new HostCommand(PATIENCE, argv.toArray(String[]::new)));
    assertThat(result).isInstanceOf(Exited.class);
    return (Exited) result;
  }
}
