package io.homecloud.storage.smartctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.disk.Health;
import io.homecloud.storage.disk.Health.Verdict;
import io.homecloud.storage.disk.HealthReading;
import io.homecloud.storage.disk.HealthReading.Asleep;
import io.homecloud.storage.disk.HealthReading.Reported;
import io.homecloud.storage.disk.HealthReading.Unreadable;
import io.homecloud.storage.disk.HealthReading.Unsupported;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SmartctlParserTest {
  @Test
  void aHealthySataDiskTellsItsFigures() {
    // When
    Health health = health("sata-healthy", 0);
    // Then
    assertThat(health)
        .isEqualTo(
            new Health(
                Verdict.HEALTHY,
                List.of(),
                OptionalLong.of(0),
                OptionalLong.of(0),
                OptionalLong.of(0),
                OptionalLong.of(32),
                OptionalLong.of(39872),
                OptionalLong.empty()));
  }

  @Test
  void sectorsThatCannotBeReadMakeADiskSuspect() {
    // When
    Health health = health("sata-pending-sectors", 64);
    // Then
    assertThat(health.verdict()).isEqualTo(Verdict.SUSPECT);
    assertThat(health.reasons())
        .containsExactly(
            "2 sectors were replaced by spare ones",
            "16 sectors cannot be read",
            "4 sectors or reads were lost for good");
  }

  @Test
  void aDiskThatExpectsToFailIsFailing() {
    // When
    Health health = health("sata-failing", 88);
    // Then
    assertThat(health.verdict()).isEqualTo(Verdict.FAILING);
    assertThat(health.reasons())
        .startsWith(
            "the disk itself expects to fail", "Reallocated_Sector_Ct is below its threshold");
  }

  @Test
  void wornFlashIsSuspectAndItsWearIsTold() {
    // When
    Health health = health("sata-ssd-worn", 0);
    // Then
    assertThat(health.wear()).hasValue(100);
    assertThat(health.verdict()).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void nvmeIsUnderstood() {
    // When
    Health healthy = health("nvme-healthy", 0);
    Health spent = health("nvme-read-only", 8);
    // Then
    assertThat(healthy.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(healthy.wear()).hasValue(4);
    assertThat(healthy.powerOnHours()).hasValue(9123);
    assertThat(spent.verdict()).isEqualTo(Verdict.FAILING);
    assertThat(spent.reasons())
        .containsExactly(
            "the disk itself expects to fail",
            "its spare flash is nearly used up",
            "it has become read-only",
            "31 sectors or reads were lost for good",
            "its flash is worn out by its own count (112 %)");
  }

  @Test
  void sasIsUnderstood() {
    // When
    Health health = health("sas", 0);
    // Then
    assertThat(health.reallocated()).hasValue(3);
    assertThat(health.uncorrectable()).hasValue(1);
    assertThat(health.temperature()).hasValue(36);
  }

  @Test
  void aSleepingDiskIsLeftAsleep() {
    // When
    HealthReading reading = answer("sata-standby", 3).reading();
    // Then
    assertThat(reading).isEqualTo(new Asleep());
  }

  @Test
  void whatHasNoHealthSaysWhy() {
    // When
    SmartctlAnswer bridge = answer("usb-bridge-unknown", 1);
    SmartctlAnswer virtual = answer("virtio", 1);
    SmartctlAnswer stick = answer("usb-stick", 4);
    SmartctlAnswer denied = answer("permission-denied", 2);
    // Then
    assertThat(bridge.unknownBridge()).isTrue();
    assertThat(bridge.reading())
        .isEqualTo(new Unsupported("/dev/sda: Unknown USB bridge [0x152d:0xa583 (0x209)]"));
    assertThat(virtual)
        .isEqualTo(SmartctlAnswer.of(new Unsupported("/dev/vda: Unable to detect device type")));
    assertThat(stick.reading()).isEqualTo(new Unsupported("the disk does not report its health"));
    assertThat(denied.reading())
        .isEqualTo(new Unreadable("Smartctl open device: /dev/sda failed: Permission denied"));
  }

  @Test
  void nonsenseIsNoHealth() {
    for (String output :
        List.of(
            "",
            "no json",
            "[]",
            "null",
            "{\"smart_status\":7}",
            "{\"smart_status\":{\"passed\":\"yes\"}}")) {
      // When
      HealthReading reading = SmartctlParser.parse(0, output).reading();
      // Then
      assertThat(reading).as(output).isInstanceOfAny(Unsupported.class, Unreadable.class);
    }
  }

  @Test
  void impossibleFiguresAreLeftOut() {
    // Given
    String output =
        """
        {"smart_status":{"passed":true},"temperature":{"current":-40},"power_on_time":{"hours":1e99},
         "ata_smart_attributes":{"table":[{"id":5,"raw":{"value":99999999999999999999}},
         {"id":197,"raw":"x"},{"id":231,"value":200},7]}}\
        """;
    // When
    HealthReading reading = SmartctlParser.parse(0, output).reading();
    // Then
    assertThat(reading)
        .isEqualTo(
            new Reported(
                new Health(
                    Verdict.HEALTHY,
                    List.of(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty())));
  }

  private static Health health(String name, int code) {
    return ((Reported) answer(name, code).reading()).health();
  }

  private static SmartctlAnswer answer(String name, int code) {
    try (InputStream file = SmartctlParserTest.class.getResourceAsStream(name + ".json")) {
      byte[] recorded = Objects.requireNonNull(file).readAllBytes();
      return SmartctlParser.parse(code, new String(recorded, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
