package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  @TempDir Path directory;

  @Test
  void portsStayFromStartToStartAndDiffer() throws Exception {
    // Given
    Path file = directory.resolve("ports");
    Ports first = new Ports(file);
    int postgres = first.of("postgres");
    int kafka = first.of("kafka");

    // When
    Ports second = new Ports(file);

    // Then
    assertThat(second.of("postgres")).isEqualTo(postgres).isNotEqualTo(kafka);
    assertThat(second.of("kafka")).isEqualTo(kafka);
  }

  @Test
  void anotherIsTakenAndKeptWhenTheOldOneIsNotFree() throws Exception {
    // Given
    Path file = directory.resolve("ports");
    int old = new Ports(file).of("kafka");

    // When
    int fresh = new Ports(file).another("kafka");

    // Then
    assertThat(fresh).isNotEqualTo(old);
    assertThat(new Ports(file).of("kafka")).isEqualTo(fresh);
  }

  @Test
  void damagedFileIsAsGoodAsNone() throws Exception {
    // Given
    Path file = directory.resolve("ports");
    Files.writeString(file, "kafka=99\n\0\0\npostgres=abc\n=\n");

    // When
    int port = new Ports(file).of("kafka");

    // Then
    assertThat(port).isBetween(16_000, 31_999);
  }

  @Test
  void takenPortIsNotFree() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When, Then
      assertThat(Ports.free(taken.getLocalPort())).isFalse();
    }
  }
}
