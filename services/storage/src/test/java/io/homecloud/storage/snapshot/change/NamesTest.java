package io.homecloud.storage.snapshot.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {
  @Test
  void everyNameStaysWhatItWasAlsoBeyondTheHeap(@TempDir Path directory) {
    // Given
    Random random = new Random(3);
    List<byte[]> added = new ArrayList<>();
    int[] numbers = new int[100_000];
    try (Scratch scratch = new Scratch(directory, 300_000)) {
      Names names = new Names(scratch);
      // When
      for (int i = 0; i < numbers.length; i++) {
        // Lengths that also fill a chunk to its last byte.
        byte[] name = new byte[1 + random.nextInt(i % 50 == 0 ? 255 : 15)];
        random.nextBytes(name);
        added.add(name);
        numbers[i] = names.add(name, 0, name.length);
      }
      // Then
      for (int i = 0; i < numbers.length; i++) {
        byte[] name = added.get(i);
        byte[] other = added.get(i * 7 % numbers.length);
        byte[] copy = new byte[name.length];
        names.copy(numbers[i], copy, 0);
        assertThat(copy).isEqualTo(name);
        assertThat(names.equal(numbers[i], name, 0, name.length)).isTrue();
        assertThat(names.hash(numbers[i])).isEqualTo(Names.hash(name, 0, name.length));
        assertThat(Integer.signum(names.compare(numbers[i], numbers[i * 7 % numbers.length])))
            .isEqualTo(Integer.signum(Arrays.compareUnsigned(name, other)));
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aNameThatEndsWithItsChunkIsFollowedByAnother(@TempDir Path directory) {
    // Given
    byte[] name = new byte[127];
    byte[] after = {'x'};
    try (Scratch scratch = new Scratch(directory)) {
      Names names = new Names(scratch);
      int first = names.add(name, 0, name.length);
      for (int i = 1; i < (1 << 18) / 128; i++) {
        names.add(name, 0, name.length);
      }
      // When
      int number = names.add(after, 0, 1);
      // Then
      assertThat(names.equal(number, after, 0, 1)).isTrue();
      assertThat(names.equal(first, name, 0, name.length)).isTrue();
    }
  }
}
