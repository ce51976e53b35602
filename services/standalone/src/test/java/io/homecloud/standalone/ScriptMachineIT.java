package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.Elsewhere;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the script makes of machines that lack something. The machine's package tools answer as
 * theirs would; what the script writes for them goes to directories that only it sees.
 */
class ScriptMachineIT {
  /** Nothing is installed but what was asked of apt-get, in the version that it had to offer. */
  private static final String DEBIAN =
      """
      mount -t tmpfs tmpfs /etc/apt && mount -t tmpfs tmpfs /usr/share/keyrings && mkdir -p /etc/apt/sources.list.d /etc/apt/preferences.d
      INSTALLED=/etc/apt/installed INSTALLING=/etc/apt/installing; : >$INSTALLED
      suite() { echo bookworm; }
      apt-get() {
        case " $* " in
          *" indextargets "*) echo 'Debian|bookworm|http://mirror.example/debian' ;;
          *" update "*)
            echo >>/etc/apt/updates
            if [[ -n ${LOCKED:-} ]] && (($(wc -l </etc/apt/updates) < 3)); then echo "E: Could not get lock /var/lib/apt/lists/lock." >&2; return 100; fi
            [[ -z ${OFFLINE:-} ]]
            ;;
          *" install "*) echo "apt-get $*" >&2; printf '%s\\n' "$@" >>$INSTALLED ;;
        esac
      }
      # The last two are a package's name and the one that Debian 13 may have given it.
      dpkg-query() {
        local name
        for name in "${@: -2}"; do
          if grep -qx -- "$name" $INSTALLED; then echo "installed 2:9"; else echo "not-installed "; fi
        done
        return 1 # one of the two is unknown
      }
      apt-cache() {
        case $1 in
          policy) echo "  Candidate: ${CANDIDATE:-2:9}" ;;
          show) [[ " ${OFFERED:-} " == *" $2 "* ]] ;;
        esac
      }
      is_jdk() { grep -q jdk $INSTALLED; }
      """;

  private static final Duration SOON = Duration.ofMinutes(2);

  private final Script script = new Script();

  private static Exited onDebian(String lines) {
    return Script.attempt(
        Elsewhere.command(
            Script.ROOT,
            "bash",
            "-c",
            "source " + Script.ROOT.resolve("homecloud") + "\n" + DEBIAN + lines));
  }

  @ParameterizedTest
  @CsvSource({"6.1.0-18-amd64", "5.15.84-v8+", "6.6.99"})
  void aKernelThatIsTooOldIsNamed(String release) {
    // When
    Exited exited = script.functions(SOON, "uname() { echo " + release + "; }; check_kernel");

    // Then
    assertThat(exited.code()).isEqualTo(1);
    assertThat(exited.stderr()).contains("Linux 6.7 or newer", release);
  }

  @Test
  void whatIsMissingIsNamedThenInstalledAndNothingElse() {
    // When
    Exited exited =
        onDebian(
            "echo there >$INSTALLED; install_packages there 'rsync' 'samba>=2:4'; install_packages rsync");

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(exited.stdout()).containsOnlyOnce("» installing Debian packages: rsync samba>=2:4");
    assertThat(exited.stderr())
        .contains("--no-install-recommends rsync samba\n")
        .doesNotContain("backports");
  }

  @Test
  void whatIsTooOldComesFromBackportsOfTheMirrorThatIsUsed() {
    // When
    Exited exited =
        onDebian(
            "CANDIDATE=2:4.17; install_packages 'samba>=2:4.20'; cat /etc/apt/sources.list.d/* /etc/apt/preferences.d/*");

    // Then
    assertThat(exited.stdout())
        .contains(
            "adding bookworm-backports of http://mirror.example/debian",
            "URIs: http://mirror.example/debian",
            "Suites: bookworm-backports",
            "Pin-Priority: 50");
    assertThat(exited.stderr()).contains("-t bookworm-backports samba\n");
  }

  @Test
  void withoutANetworkItSaysWhatFailed() {
    // When
    Exited exited = onDebian("OFFLINE=yes; install_packages rsync");

    // Then
    assertThat(exited.code()).isEqualTo(1);
    assertThat(exited.stderr()).contains("apt-get update failed; is the network there?");
  }

  @Test
  void itWaitsWhileTheSystemLooksForUpdatesItself() {
    // When
    Exited exited = onDebian("sleep() { :; }; LOCKED=yes; install_packages rsync");

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(exited.stderr()).contains("--no-install-recommends rsync\n").doesNotContain("lock");
  }

  @Test
  void aDebianThatHasAJdkGivesIt() {
    // When
    Exited exited = onDebian("OFFERED=openjdk-25-jdk-headless; find_jdk");

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(exited.stderr()).contains("--no-install-recommends openjdk-25-jdk-headless\n");
  }

  @Test
  void aDebianWithoutAJdkGetsEclipsesIfTheKeyIsTheirs() {
    // Given
    String server = "curl() { echo key >\"${@: -2:1}\"; }; gpg() { echo \"fpr:::::::::$KEY:\"; }\n";

    // When
    Exited theirs =
        onDebian(server + "KEY=$TEMURIN_KEY; find_jdk; cat /etc/apt/sources.list.d/*.sources");
    Exited forged = onDebian(server + "KEY=0123; find_jdk");
    List<Exited> nothingOfIt = List.of(forged, onDebian("curl() { return 6; }; find_jdk"));

    // Then
    assertThat(theirs.code()).as(theirs.stderr()).isZero();
    assertThat(theirs.stderr()).contains("--no-install-recommends temurin-25-jdk\n");
    assertThat(theirs.stdout())
        .contains("Suites: bookworm", "Signed-By: /usr/share/keyrings/temurin.asc");
    assertThat(nothingOfIt)
        .allSatisfy(refused -> {
          assertThat(refused.code()).isEqualTo(1);
          assertThat(refused.stderr()).doesNotContain("temurin-25-jdk");
        });
    assertThat(forged.stderr()).contains("not Eclipse's key but 0123");
  }

  @Test
  void theServicesOfWhatWasInstalledStayOffAndThoseThatRanStayOn() {
    // When
    Exited exited =
        onDebian(
            "systemctl() { echo \"systemctl $*\"; }; mount -t tmpfs tmpfs /run; mkdir -p /run/systemd/system; stay_off nfs-ganesha rsync");

    // Then
    assertThat(exited.stdout())
        .contains("disable --now nfs-ganesha\n", "disable --now nfs-ganesha-lock\n")
        .doesNotContain("smbd");
  }

  @Test
  void theyStayOffAlsoWhenTheirInstallationWasCutOff() {
    // When: the power goes while apt-get installs; samba is there by then, Ganesha was before
    Exited exited =
        onDebian(
            """
            systemctl() { echo "systemctl $*"; }
            mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system
            echo nfs-ganesha >$INSTALLED
            (apt() { [[ $1 != install ]] || { echo samba >>$INSTALLED; exit 9; }; }; install_packages nfs-ganesha samba rsync) || echo cut off
            install_packages nfs-ganesha samba rsync
            [[ ! -e $INSTALLING ]] && echo noted no more
            """);

    // Then
    assertThat(exited.stdout())
        .containsSubsequence("cut off", "disable --now smbd\n", "installing", "rsync", "no more")
        .doesNotContain("ganesha");
  }

  @Test
  void whatDpkgWasCutOffInIsEndedFirst() {
    // When
    Exited exited =
        onDebian(
            """
            eval "whole-$(declare -f apt-get)"
            apt-get() {
              if [[ " $* " == *" install "* && ! -e /etc/apt/configured ]]; then
                echo "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem." >&2
                return 100
              fi
              whole-apt-get "$@"
            }
            dpkg() { echo "dpkg $*" >/etc/apt/configured; }
            install_packages rsync
            cat /etc/apt/configured
            """);

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(exited.stdout()).contains("was cut off", "dpkg --configure -a\n");
    assertThat(exited.stderr()).contains("--no-install-recommends rsync\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "yes"})
  void aBuildThatAPowerCutLeftEmptyIsMadeAgainAndIsOnTheDiskBeforeItHasItsName(
      String atBoot, @TempDir Path cache) throws Exception {
    // Given
    Path build = Files.createDirectories(cache.resolve("builds/stamp"));
    Path jar = Files.createFile(build.resolve("quarkus-run.jar"));

    // When
    Exited exited =
        script
            .with("HOMECLOUD_CACHE", cache.toString())
            .with("HOMECLOUD_UNIT", atBoot.equals("yes") ? "yes" : "")
            .with("HOMECLOUD_BUILT", "yes")
            .with("HOMECLOUD_AOT", "off")
            .functions(
                SOON,
                """
                SETTING[build]=stamp
                build_stamp() { echo stamp; }
                cp() { mkdir -- "${@: -1}" && echo built >"${@: -1}/quarkus-run.jar"; }
                sync() { echo "sync ${*: -1}"; }
                mv() { echo "mv ${*: -1}"; command mv "$@"; }
                build_app
                """);

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(jar).hasContent("built\n");
    assertThat(exited.stdout()).isEqualTo("sync " + build + ".new\nmv " + build + "\n");
  }

  @Test
  void anImageThatLearnedNothingIsTaughtOnceMoreAndAgainTheNextTime(@TempDir Path images) {
    // When: what stands in for the runs leaves one out three times
    Exited exited =
        script.functions(
            SOON,
            """
            IMAGES=%s CONTEXT=$IMAGES/context; mkdir "$CONTEXT"; mkdir "$CONTEXT/aot"; echo >"$CONTEXT/stamp"
            for part in "${TRAINED_PARTS[@]}"; do mkdir "$CONTEXT/aot/$part"; done
            in_store() { echo base; }
            step() { echo taught; }
            train_apart() {
              local part
              mkdir -p "$IMAGES/aot"
              echo >>"$IMAGES/runs"
              for part in "${TRAINED_PARTS[@]}"; do
                [[ $part == compact && $(wc -l <"$IMAGES/runs") -le 3 ]] || echo >"$IMAGES/aot/$part.aot"
              done
            }
            for _ in 1 2 3; do train_images; wc -l <"$IMAGES/runs"; done
            """
                .formatted(images));

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(exited.stdout()).isEqualTo("taught\n2\ntaught\n4\n4\n");
    assertThat(images.resolve("context/aot/compact/homecloud.aot")).exists();
  }
}
