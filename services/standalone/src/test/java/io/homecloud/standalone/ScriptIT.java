package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script refuses, with which exit code, leaving nothing behind. */
class ScriptIT {
  private static final Duration SOON = Duration.ofMinutes(3);

  private static final long LARGE = 3L << 30;

  private final Script script = new Script();
  private final LoopDisks disks = new LoopDisks();

  @AfterEach
  void nothingIsLeft() {
    disks.close();
  }

  @ParameterizedTest
  @CsvSource({
    "up --port 0, --port needs a number",
    "up --port 65536, --port needs a number",
    "up --port http, --port needs a number",
    "up --port, --port needs a value",
    "up --listen everybody, --listen needs an IP address",
    "up --size 1G, --size needs at least 2G",
    "up --size 20, --size needs at least 2G",
    "up --size -5G, --size needs at least 2G",
    "up --size 3G --disk /dev/loop0, name one of them",
    "up --erase, name one",
    "up --disk /dev/loop0 --erase --adopt, contradict",
    "up --disk /dev/null, is not a disk",
    "up --disk /etc/passwd, is not a disk",
    "up --disk /dev/no-such-disk, is not a disk",
    "up --data relative, absolute path",
    "up --data /, not a place to fill",
    "up --data /tmp/../etc, not a place to fill",
    "up --data /tmp/$(id), no spaces",
    "up --fast, unknown option",
    "up now, unknown option",
    "logs --all, unknown option",
    "token please, unknown option",
    "recovery-kit --restore, needs a value",
    "recovery-kit --restore /nowhere/kit, cannot read",
    "bench ../../tmp, no figures",
    "-rf, unknown command",
  })
  void wrongUsageIsExplainedWithExitCode2(String words, String explanation) {
    // When
    Exited exited = script.run(SOON, words.split(" "));

    // Then
    assertThat(exited.stderr()).contains(explanation);
    assertThat(exited.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down", "status", "logs", "token", "test", "bench", "recovery-kit"})
  void withoutRootItSaysSoWithExitCode2(String command) {
    // When
    Exited exited =
        Script.attempt(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            Script.ROOT.resolve("homecloud").toString(),
            command);

    // Then
    assertThat(exited.stderr()).contains("this needs root: sudo ./homecloud " + command);
    assertThat(exited.code()).isEqualTo(2);
  }

  @Test
  void logsAreFollowed() throws Exception {
    // Given
    Path log = Files.createDirectories(Path.of(data(), "log")).resolve("homecloud.log");
    Files.writeString(log, "first\n");
    Files.createFile(Path.of(data(), "settings"));

    // When
    Exited exited =
        script.functions(
            SOON,
            """
            DATA=%s
            coproc show_logs -f
            read -r -t 120 line <&"${COPROC[0]}" && echo "$line"
            echo second >>"$DATA/log/homecloud.log"
            read -r -t 120 line <&"${COPROC[0]}" && echo "$line"
            pkill -P "$COPROC_PID"
            """
                .formatted(data()));

    // Then
    assertThat(exited.stdout()).as(exited.stderr()).isEqualTo("first\nsecond\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"down", "status", "logs", "token", "recovery-kit"})
  void withoutAnInstallationThereIsExitCode3(String command) {
    // When
    Exited exited = script.run(SOON, command, "--data", data());

    // Then
    assertThat(exited.code()).as(exited.stderr()).isEqualTo(3);
    assertThat(exited.stderr()).contains(data());
    assertThat(Path.of(data())).doesNotExist();
  }

  @Test
  void helpNamesEveryCommandAndExitCode() {
    // When
    Exited exited = script.run(SOON, "help");

    // Then
    assertThat(exited.code()).isZero();
    assertThat(exited.stdout())
        .contains("up", "down", "status", "logs", "token", "recovery-kit", "test", "bench")
        .contains("0 done", "1 failed", "2 wrong", "3 not running", "4 refused");
  }

  @Test
  void diskWithFilesIsRefusedAndUntouched() {
    // Given
    String disk = disks.disk(LARGE).toString();
    Script.tool("mkfs.ext4", "-q", "-L", "photos", disk);

    // When
    Exited exited = script.run(SOON, "up", "--data", data(), "--disk", disk);

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains(disk, "ext4", "photos", "Nothing was touched");
    assertThat(Script.tool("blkid", "-p", "-s", "LABEL", "-o", "value", disk)).isEqualTo("photos");
    assertThat(Path.of(data())).doesNotExist();
  }

  @Test
  void diskWithAPartitionTableIsRefused() {
    // Given
    String disk = disks.disk(LARGE).toString();
    Script.tool(
        "bash",
        "-c",
        "printf 'label: gpt\\n,1G\\n' | sfdisk -q --no-reread --no-tell-kernel " + disk);

    // When
    Exited exited = script.run(SOON, "up", "--data", data(), "--disk", disk);

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains("gpt", "Nothing was touched");
  }

  @Test
  void diskInUseIsRefusedEvenToBeErased() {
    // Given
    String first = disks.disk(LARGE).toString();
    String second = disks.disk(LARGE).toString();
    Script.tool("mkfs.btrfs", "-q", first, second);
    disks.mount(Path.of(first));

    // When
    Exited exited = script.run(SOON, "up", "--data", data(), "--disk", second, "--erase");

    // Then
    assertThat(exited.stderr()).contains(second, "in use");
    assertThat(exited.code()).isEqualTo(4);
  }

  @Test
  void diskTooSmallNamedTwiceOrWithoutPoolToAdoptIsRefused() {
    // Given
    String small = disks.disk(1L << 30).toString();
    String blank = disks.disk(LARGE).toString();

    // When
    Exited tooSmall = script.run(SOON, "up", "--data", data(), "--disk", small);
    Exited twice = script.run(SOON, "up", "--data", data(), "--disk", blank, "--disk", blank);
    Exited adopted = script.run(SOON, "up", "--data", data(), "--disk", blank, "--adopt");

    // Then
    assertThat(List.of(tooSmall.code(), twice.code(), adopted.code())).containsExactly(4, 2, 4);
    assertThat(tooSmall.stderr()).contains("smaller than 2G");
    assertThat(twice.stderr()).contains("named twice");
    assertThat(adopted.stderr()).contains("no homecloud pool to adopt (nothing at all)");
  }

  @Test
  void imageLargerThanTheRoomIsRefused() {
    // When
    Exited exited = script.run(SOON, "up", "--data", data(), "--size", "9000T");

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains("are free at", "use --size");
    assertThat(Path.of(data())).doesNotExist();
  }

  @Test
  void somebodyElsesDirectoryIsNotFilled() throws Exception {
    // Given
    Path data = Files.createDirectory(Path.of(data()));
    Files.writeString(data.resolve("diary.txt"), "mine");

    // When
    Exited exited = script.run(SOON, "up", "--data", data(), "--size", "2G");

    // Then
    assertThat(exited.code()).isEqualTo(4);
    assertThat(exited.stderr()).contains("not homecloud's", "diary.txt");
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files).containsExactly(data.resolve("diary.txt"));
    }
  }

  @Test
  void takenPortIsFoundBeforeAnythingStarts() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      Exited exited =
          script.functions(
              SOON,
              "use_data %s; SETTING[port]=%d SETTING[listen]=127.0.0.1; check_port"
                  .formatted(data(), taken.getLocalPort()));

      // Then
      assertThat(exited.code()).isEqualTo(4);
      assertThat(exited.stderr()).contains("port " + taken.getLocalPort() + " is taken");
    }
  }

  /** What a server that is killed is for up to a second: its first thread gone, its port taken. */
  @Test
  void portOfAServerThatWasKilledIsWaitedFor() {
    // When
    Exited exited =
        script.functions(
            SOON,
            """
            use_data %s; mkdir -p "$DATA/run"
            setsid python3 - "$DATA/port" <<'END' &
            import ctypes, os, socket, sys, threading, time
            def end():
                while not os.path.exists(sys.argv[1] + ".end"): time.sleep(0.05)
                time.sleep(1)
            listener = socket.create_server(("127.0.0.1", 0))
            threading.Thread(target=end).start()
            open(sys.argv[1] + ".new", "w").write(str(listener.getsockname()[1]))
            os.rename(sys.argv[1] + ".new", sys.argv[1])
            ctypes.CDLL(None).pthread_exit(None)
            END
            process=$!
            until [[ -e $DATA/port && $(</proc/$process/stat) == *') Z '* ]]; do sleep 0.05; done
            printf '%%s\n' $process "$(started_at $process)" "$(</proc/sys/kernel/random/boot_id)" app >"$DATA/run/homecloud.pid"
            SETTING[port]=$(<"$DATA/port") SETTING[listen]=127.0.0.1
            (check_port) 2>/dev/null || echo taken
            touch "$DATA/port.end"
            running || check_port
            echo free
            """
                .formatted(data()));

    // Then
    assertThat(exited.stdout()).isEqualTo("taken\nfree\n");
    assertThat(exited.code()).isZero();
  }

  @Test
  void theTokenThatTheApiIsAskedWithIsInNoCommandLine() {
    // When: the server looks for the token that it got
    Exited exited =
        script.functions(
            SOON,
            """
            use_data %s; mkdir -p "$DATA"
            python3 - "$DATA/port" <<'END' &
            import glob, http.server, os, sys
            def seen(token, file):
                try: return token in open(file, "rb").read()
                except OSError: return False
            class Server(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    token = self.headers["Authorization"].removeprefix("Bearer ").encode()
                    found = sum(seen(token, file) for file in glob.glob("/proc/[0-9]*/cmdline"))
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(f"{len(token)} letters, seen {found} times".encode())
            server = http.server.HTTPServer(("127.0.0.1", 0), Server)
            open(sys.argv[1] + ".new", "w").write(str(server.server_port))
            os.rename(sys.argv[1] + ".new", sys.argv[1])
            server.handle_request()
            END
            until [[ -e $DATA/port ]]; do sleep 0.05; done
            SETTING[port]=$(<"$DATA/port") SETTING[listen]=127.0.0.1
            API_TOKEN=$(openssl rand -hex 16)
            api GET /
            echo "$API_STATUS $API_BODY"
            """
                .formatted(data()));

    // Then
    assertThat(exited.stdout()).as(exited.stderr()).isEqualTo("200 32 letters, seen 0 times\n");
  }

  @Test
  void httpsIsAskedForAgainWhileItStarts() {
    // When
    Exited exited =
        script.functions(
            SOON,
            """
            use_data %s; mkdir -p "$DATA"; API_TOKEN=none SETTING[port]=1 SETTING[listen]=127.0.0.1
            curl() {
              echo >>"$DATA/asked"
              (($(wc -l <"$DATA/asked") < 3)) && echo '{"items": [{"protocol": "webdav"}]}' ||
                echo '{"items": [{"protocol": "webdav", "url": "https://home"}]}'
            }
            https_front
            https_front 60
            """
                .formatted(data()));

    // Then
    assertThat(exited.stdout())
        .as(exited.stderr())
        .isEqualTo("is starting; ./homecloud status tells where\nhttps://home\n");
  }

  @Test
  void storiesThatEraseDisksAreNotPlayedOnSomebodysK3sUnlessToldTo() {
    // Given
    String here = "k3s() { :; }; install_packages() { echo begun; exit 9; }; ";

    // When
    Exited refused = script.functions(SOON, here + "run_e2e --keep 20");
    Exited told = script.functions(SOON, here + "run_e2e --keep --erase-my-k3s 20");

    // Then
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.stderr()).contains("k3s is here", "--erase-my-k3s");
    assertThat(refused.stdout()).isEmpty();
    assertThat(told.code()).as(told.stderr()).isEqualTo(9);
  }

  @Test
  void shellcheckHasNothingToSay() throws Exception {
    // Given
    List<String> command = new ArrayList<>(List.of("shellcheck", "-x"));
    command.add(Script.ROOT.resolve("homecloud").toString());
    command.add(Script.ROOT.resolve(".ci/run").toString());
    try (Stream<Path> stories = Files.list(Script.ROOT.resolve("deploy/e2e"))) {
      stories.map(Path::toString).filter(name -> name.endsWith(".sh")).forEach(command::add);
    }

    // When
    Exited exited = Script.attempt(command.toArray(String[]::new));

    // Then
    assertThat(exited.stdout()).isEmpty();
    assertThat(exited.code()).isZero();
  }

  private String data() {
    return disks.directory().resolve("data").toString();
  }
}
