package io.homecloud.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StorageProblemTest {
  @Test
  void everyErrorIsAProblemOfTheClient() {
    for (StorageError error : StorageError.values()) {
      // When
      var problem =
          Arrays.stream(StorageProblem.values()).filter(p -> p.name().equals(error.name()));
      // Then
      assertThat(problem)
          .as(error.name())
          .singleElement()
          .satisfies(p -> assertThat(p.status()).isIn(404, 409, 412, 413, 416, 421, 422));
    }
  }
}
