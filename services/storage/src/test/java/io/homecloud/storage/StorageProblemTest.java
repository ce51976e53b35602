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

  @Test
  void aFailureIsTheProblemOfItsReason() {
    // When
    var readOnly =
        StorageProblem.of(
            new StorageFailure(new Refusal(StorageError.READ_ONLY, "It can only be read")));
    var broken = StorageProblem.of(new StorageFailure("statfs /pool"));
    // Then
    assertThat(readOnly.code()).isEqualTo(StorageProblem.READ_ONLY);
    assertThat(readOnly.detail()).isEqualTo("It can only be read");
    assertThat(broken.code().status()).isEqualTo(503);
    assertThat(broken.detail()).contains("statfs /pool");
  }
}
