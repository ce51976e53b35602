package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiskIdTest {
  @Test
  void anyNameBecomesALabel() {
    // Given
    List<String> names =
        List.of(
            "ata-WDC_WD40EFRX-68N32N0_WD-WCC7K0",
            "",
            "---",
            "../../etc/passwd",
            "Ünï çode",
            "x".repeat(500),
            "a-".repeat(40),
            "-rf");
    // When
    Stream<DiskId> ids = names.stream().map(name -> DiskId.derived(name, name));
    // Then
    assertThat(ids)
        .extracting(DiskId::value)
        .allMatch(id -> id.length() <= 63)
        .doesNotHaveDuplicates();
  }

  @Test
  void namesThatLookAlikeStayApartAndStayTheSame() {
    // Given
    String one = "ata-Disk_1";
    String other = "ata-Disk-1";
    // When
    DiskId first = DiskId.derived(one, one);
    DiskId second = DiskId.derived(other, other);
    // Then
    assertThat(first).isNotEqualTo(second).isEqualTo(DiskId.derived(one, one));
    assertThat(first.value()).startsWith("ata-disk-1-");
  }

  @Test
  void whatIsNoLabelIsNoId() {
    for (String text : List.of("", "A", "a_b", "-a", "a-", "a/b", "..", "a\0", "a".repeat(64))) {
      // When / Then
      assertThatIllegalArgumentException().isThrownBy(() -> new DiskId(text));
    }
  }
}
