package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.Name;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaneshaConfigTest {
  private static final Export.Share DOCS =
      new Export.Share(
          new Name("docs"),
          false,
          List.of(new ClientNetwork("10.0.0.0/8"), new ClientNetwork("0:0:0:0:0:0:0:1")));

  @Test
  void nobodyIsLetInButByAClientBlock() {
    // When
    String text = Export.ofShare(7, DOCS, Path.of("/shares/docs")).text();

    // Then
    assertThat(text)
        .contains("Export_Id = 7;", "Path = \"/shares/docs\";", "Pseudo = \"/docs\";")
        .contains("Access_Type = None;", "Squash = All_Squash;", "Anonymous_Uid = 19999;")
        .contains("CLIENT { Clients = 10.0.0.0/8, 0:0:0:0:0:0:0:1; Access_Type = RO; }")
        .doesNotContain("RW");
  }

  @Test
  void aVolumesOwnIsForNobody() {
    // When
    String text = Export.ofVolume(60_001, Path.of("/volumes/60001")).text();

    // Then
    assertThat(text)
        .contains("Access_Type = None;", "Protocols = 9P;")
        .doesNotContain("CLIENT", "RO", "RW");
  }

  @Test
  void withoutRpcbindVersion3IsNotSpoken() {
    // Given
    Path directory = Path.of("/ganesha");

    // When
    String text = new GaneshaConfig(directory, 2049, 0, "", false, false, List.of()).text();

    // Then
    assertThat(text).contains("Protocols = 4;").doesNotContain("Bind_addr");
    assertThat(new GaneshaConfig(directory, 2049, 0, "10.0.0.1", true, false, List.of()).text())
        .contains("Protocols = 3, 4;", "Bind_addr = 10.0.0.1;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a\"b", "/a\nb", "/a\\b", "/a\u0000b", "/a\u007f"})
  void aPathThatCannotBeQuotedIsRefused(String path) {
    assertThatThrownBy(() -> Export.ofShare(1, DOCS, Path.of(path)).text())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
