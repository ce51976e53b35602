package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.Host.OutputTooLarge;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Lines with names of a target in them. */
class DuplicityLinesTest {
  @Test
  void linesAreReadOneAfterAnother() throws IOException {
    // Given
    Reader said = new StringReader("homecloud {}\n\nlast");

    // When, Then
    assertThat(Duplicity.line(said)).isEqualTo("homecloud {}");
    assertThat(Duplicity.line(said)).isEmpty();
    assertThat(Duplicity.line(said)).isEqualTo("last");
    assertThat(Duplicity.line(said)).isNull();
  }

  @Test
  void aLineWithoutAnEndIsNone() {
    // When, Then
    assertThatThrownBy(() -> Duplicity.line(new Endless())).isInstanceOf(OutputTooLarge.class);
  }

  private static final class Endless extends Reader {
    private int told;

    @Override
    public int read(char[] into, int from, int count) {
      told += count;
      assertThat(told).isLessThan(100 << 20);
      Arrays.fill(into, from, from + count, 'a');
      return count;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
