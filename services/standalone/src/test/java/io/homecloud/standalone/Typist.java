package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Types what the documents say, in a directory of its own, where data directories, ports and disks
 * of the test stand for those of the text: {@code /var/lib/homecloud}, {@code /mnt/usb}, {@code
 * 8080}, {@code /dev/sdb} and so on.
 */
final class Typist implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final long DISK = 1L << 30;

  /** Large enough for databases. */
  private static final long LARGE_DISK = 3L << 30;

  private final LoopDisks loops = new LoopDisks();
  private final Path directory = loops.directory().resolve("checkout");
  private final Map<String, Path> disks = new LinkedHashMap<>();
  private final Map<String, Installed> machines = new HashMap<>();
  private String machine = "first";

  Typist() throws IOException {
    Files.createDirectory(directory);
    for (String name : List.of("LICENSE", "README.md")) {
      Files.copy(Script.ROOT.resolve(name), directory.resolve(name));
    }
    for (String letter : List.of("b", "c", "d", "e")) {
      disks.put("/dev/sd" + letter, loops.disk(DISK));
    }
    disks.put("/dev/sdf", loops.disk(LARGE_DISK));
    disks.put("/dev/sdg", loops.disk(DISK));
  }

  Path disk(String name) {
    return disks.getOrDefault(name, Path.of(name));
  }

  /** A mount of a disk, to put files of somebody on it. */
  Path mount(String name) {
    return loops.mount(disk(name));
  }

  void unmount(Path mount) {
    Script.tool("umount", mount.toString());
  }

  /** A page from its first command to its last, in one shell. */
  void type(DocumentPage page) throws IOException {
    Path state = Files.writeString(directory.resolve("state"), "");
    for (DocumentPage.Step step : page.steps()) {
      if (step.machine() != null) {
        move(step.machine());
      }
      Exited exited = shell(state, here(step.commands()));
      assertThat(exited.code())
          .as("%s:\n%s\n%s%s", page.file(), step.commands(), exited.stdout(), exited.stderr())
          .isZero();
      if (step.prints() != null) {
        assertThat(DocumentPage.plain(exited.stdout()))
            .as("%s:\n%s", page.file(), step.commands())
            .matches(DocumentPage.printed(here(step.prints())));
      }
    }
  }

  /** To another machine; the one left dies, unless it is the first, which is only left alone. */
  private void move(String to) throws IOException {
    if (!machine.equals("first")) {
      installed().kill();
      installed().homecloud("down");
    }
    machine = to;
  }

  private Installed installed() {
    return machines.computeIfAbsent(
        machine, name -> new Installed(loops.directory().resolve(name), Script.STORY_CACHE));
  }

  /** What is typed here for what the text says. */
  private String here(String text) {
    String here =
        text.replace("/var/lib/homecloud", installed().data().toString())
            .replace("/mnt/usb", loops.directory().resolve("usb").toString())
            .replace("http://127.0.0.1:8080", installed().url())
            .replace("wait=30s", "wait=2m");
    for (Map.Entry<String, Path> disk : disks.entrySet()) {
      here = here.replace(disk.getKey(), disk.getValue().toString());
    }
    return here;
  }

  /**
   * A shell that goes on where the one before ended: its variables and functions are kept in a
   * file. {@code sudo} is nothing, for the tests are root, and {@code ./homecloud} is the
   * checkout's, for this machine.
   */
  private Exited shell(Path state, String commands) throws IOException {
    Path script = directory.resolve("homecloud");
    Files.writeString(script, wrapper());
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    String lines =
        """
        set -eo pipefail
        cd '%s'
        sudo() { "$@"; }
        known=$(compgen -v | sort)
        source '%s'
        %s
        { declare -p $(comm -13 <(echo "$known") <(compgen -v | sort)); declare -f; } >'%s'
        """
            .formatted(directory, state, commands, state);
    Map<String, String> environment =
        Map.of(
            "HOMECLOUD_RECOVERY_PASSPHRASE",
            "correct horse battery",
            "HOMECLOUD_STORAGE_IMAGES",
            images());
    var result =
        new LocalHost().run(new HostCommand(List.of("bash", "-c", lines), PATIENCE, environment));
    assertThat(result).isInstanceOf(Exited.class);
    return (Exited) result;
  }

  /** Only images that are named are disks of homecloud. */
  private String images() {
    return disks.values().stream()
        .map(disk -> loops.image(disk).toString())
        .collect(Collectors.joining(","));
  }

  private String wrapper() {
    return """
    #!/usr/bin/env bash
    export HOMECLOUD_DATA='%s' %s
    words=("$@")
    if [[ $1 == up ]]; then
      words+=(--port %s)
      [[ "$*" == *--disk* || -e $HOMECLOUD_DATA/settings ]] || words+=(--size 4G)
    fi
    exec '%s' "${words[@]}"
    """
        .formatted(
            installed().data(),
            installed().environment().entrySet().stream()
                .map(one -> "%s='%s'".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(" ")),
            installed().url().replaceFirst(".*:", ""),
            Script.ROOT.resolve("homecloud"));
  }

  @Override
  public void close() {
    machines.values().forEach(Installed::close);
    loops.close();
  }
}
