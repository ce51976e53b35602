package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an installation begins with: its directory, its name, the pool and the volume. */
class ScriptHomeIT {
  /** Pool {@code home} is on the machine that HOME_OF names. */
  private static final String API =
      """
      api() {
        [[ $1 == GET ]] || echo "$@"
        API_STATUS=201 API_BODY='{}'
        case "$*" in
          "GET /api/storage/v1/pools/home")
            API_STATUS=404
            [[ -z ${HOME_OF:-} ]] || API_STATUS=200 API_BODY='{"spec": {"node": "'$HOME_OF'"}}'
            ;;
          "GET /api/storage/v1/pools/"*) API_STATUS=404 ;;
          "GET /api/storage/v1/pools?"*)
            API_STATUS=200
            API_BODY='{"items": [{"metadata": {"name": "home"}, "spec": {"node": "pi-1"}}, {"metadata": {"name": "home-pi-2"}, "spec": {"node": "pi-2"}}]}'
            ;;
          "GET /api/storage/v1/volumes?"*)
            API_STATUS=200
            API_BODY='{"items": [{"metadata": {"name": "files"}, "spec": {"pool": "home"}}, {"metadata": {"name": "films"}, "spec": {"pool": "home-pi-2"}}]}'
            ;;
        esac
      }
      """;

  private static final Duration SOON = Duration.ofSeconds(90);

  private final Script script = new Script().with("HOMECLOUD_VOLUMES_PATIENCE", "1");
  private final LoopDisks disks = new LoopDisks();
  private final Path data = disks.directory().resolve("data");

  @AfterEach
  void nothingIsLeft() {
    disks.close();
  }

  @Test
  void theCopyOfAnImageIsTakenAsItIsAndABlankOneIsMadeAPool() {
    // Given
    String start =
        "SETTING[node]=pi; system_user; check_data; prepare_directories; attach_storage '' '' 2G; create_home; detach_storage";

    // When
    Exited blank = functions("use_data $DATA.blank; " + start);
    Exited copy =
        functions(
            "mkdir $DATA; truncate -s 2G $DATA/home.img; mkfs.btrfs -q -L homecloud-home $DATA/home.img; "
                + start);

    // Then
    assertThat(copy.code()).as(copy.stderr()).isZero();
    assertThat(copy.stdout())
        .contains("POST /api/storage/v1/pools/adopt?wait=60s&node=pi {\"disks\":[\"/dev/loop")
        .doesNotContain("POST /api/storage/v1/pools?");
    assertThat(blank.code()).as(blank.stderr()).isZero();
    assertThat(blank.stdout()).contains("POST /api/storage/v1/pools?").doesNotContain("adopt");
  }

  @Test
  void aSecondMachineHasAPoolOfItsOwn() throws Exception {
    // Given
    Files.createDirectory(data);
    String make = "; SETTING[node]=pi-2; POOL_DISKS=(/dev/sdz); create_home";

    // When
    Exited second = functions("HOME_OF=pi-1" + make);
    Exited again = functions("HOME_OF=pi-2" + make);

    // Then
    assertThat(second.stdout())
        .contains("the one here is called home-pi-2", "{\"name\":\"home-pi-2\"}")
        .contains("{\"name\":\"files\"},\"spec\":{\"pool\":\"home-pi-2\"}");
    assertThat(again.stdout()).doesNotContain("POST /api/storage/v1/pools");
  }

  @Test
  void onlyVolumesOfThisMachineAreWaitedFor() {
    // When
    Exited both = functions("SETTING[node]=pi-2; wait_volumes");
    Exited neither = functions("SETTING[node]=pi-3; wait_volumes");

    // Then
    assertThat(both.stderr()).contains("not in place yet: films;");
    assertThat(neither.stderr()).isEmpty();
  }

  @Test
  void aMachineIsCalledAsItsOperatorWroteDownAndStaysSo() throws Exception {
    // Given
    Files.createDirectories(data.resolve("secrets"));
    Files.writeString(data.resolve("secrets/environment"), "HOMECLOUD_NODE=pi-2\n");

    // When
    Exited written = functions("settings_node; settings_save; echo ${SETTING[node]}");
    Exited later = functions("HOMECLOUD_NODE=pi-3; settings_node; echo ${SETTING[node]}");
    Files.delete(data.resolve("settings"));
    Exited now = functions("HOMECLOUD_NODE=pi-3; settings_node; echo ${SETTING[node]}");
    Exited wrong = functions("HOMECLOUD_NODE=Pi.3; settings_node");

    // Then
    assertThat(written.stdout()).isEqualTo("pi-2\n");
    assertThat(later.stdout()).isEqualTo("pi-2\n");
    assertThat(now.stdout()).isEqualTo("pi-3\n");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.stderr()).contains("HOMECLOUD_NODE needs a name");
  }

  @Test
  void aDirectoryWithWhatAnotherMachineGaveItIsFilled() throws Exception {
    // Given
    Files.createDirectories(data.resolve("secrets"));
    Files.writeString(data.resolve("installation-id"), "0f1c1a2e-2a5a-4d39-9a58-1d2e1f6d7c01\n");

    // When
    Exited filled = functions("system_user; check_data");
    Files.writeString(data.resolve("home.img"), "no pool");
    Exited refused = functions("check_data");

    // Then
    assertThat(filled.code()).as(filled.stderr()).isZero();
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.stderr()).contains("it holds 'home.img'");
  }

  private Exited functions(String lines) {
    return script.functions(SOON, API + "use_data " + data + "; settings_load; " + lines);
  }
}
