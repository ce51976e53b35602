package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.host.LocalHost;
import io.homecloud.host.WholeFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is on the disk afterwards, of the modules that cannot have disks in their own tests. */
class PowerCutIT {
  private static final long SIZE = 256 << 20;

  private final Tools tools = new Tools(new LocalHost());
  private final LoopDisks disks = new LoopDisks();
  private final Path disk = disks.disk(SIZE);

  @AfterEach
  void close() {
    disks.close();
  }

  /** A disk to which the kernel brings nothing by itself for ten minutes, but what it is told. */
  private Path before() {
    tools.must("mkfs.ext4", "-q", disk.toString());
    return disks.mount(disk, "commit=600");
  }

  /** What the disk has now, mounted elsewhere. */
  private Path after() {
    Path image = disks.directory().resolve("after.img");
    tools.must("dd", "if=" + disk, "of=" + image, "bs=1M", "iflag=direct", "conv=sparse");
    return disks.mount(disks.attach(image));
  }

  @Test
  void aFileHasItsFirstContent() throws Exception {
    // Given
    WholeFile key = WholeFile.secret(before().resolve("key"));

    // When
    String content = key.first(() -> "mine");

    // Then
    assertThat(after().resolve("key")).hasContent(content);
  }

  @Test
  void aBrokerThatHadJustBegunStartsAgain() throws Exception {
    // Given
    try (EmbeddedKafka kafka = kafka(before())) {
      kafka.start();
    }

    // When
    Path after = after();

    // Then
    try (EmbeddedKafka kafka = kafka(after)) {
      assertThatCode(kafka::start).doesNotThrowAnyException();
    }
  }

  private static EmbeddedKafka kafka(Path disk) {
    return new EmbeddedKafka(
        new KafkaSettings(disk.resolve("kafka"), FreePort.find(), FreePort.find()));
  }
}
