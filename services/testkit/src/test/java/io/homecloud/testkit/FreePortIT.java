package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two servers on one port: who asks the second is answered by the first. */
class FreePortIT {
  /** Few, above all others, so that whoever does not care finds one twice. */
  private static final int FROM = 32_700;

  private static final int BELOW = FROM + 16;

  @Test
  void noJvmFindsWhatAnotherOneHasFound() throws Exception {
    // Given
    Set<Integer> all = new HashSet<>();
    IntStream.range(0, 8).forEach(_ -> all.add(FreePort.find(FROM, BELOW)));

    // When
    try (ChildJvm child = ChildJvm.start(Finder.class)) {
      for (int i = 0; i < 4; i++) {
        String mark = i + " found ";
        String line = child.await(text -> text.startsWith(mark), Duration.ofMinutes(1));
        all.add(Integer.parseInt(line.substring(mark.length())));
      }
    }

    // Then
    assertThat(all).hasSize(12).allMatch(port -> port >= FROM && port < BELOW);
  }

  static final class Finder {
    private Finder() {}

    public static void main(String[] args) {
      for (int i = 0; i < 4; i++) {
        System.out.println(i + " found " + FreePort.find(FROM, BELOW));
      }
    }
  }
}
