package io.homecloud.embedded.kafka;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;

/** One node that is broker and controller, on a board with little memory. */
final class BrokerConfiguration {
  static final int NODE = 1;
  static final String CONTROLLER = "CONTROLLER";

  /**
   * Replication is impossible with one node, so what is acknowledged is on the disk: the outbox
   * forgets it then. Kept are seven days, and of a partition 64 MiB: the outbox and the rows are
   * the truth, this is how news travel. The periodic no-op record of the controller is off: it
   * would write to the disk twice a second for ever. The session is short because after a kill the
   * next broker is refused until the session of the last is over; the heartbeats in it are a third
   * of what the broker costs at rest.
   */
  private static final String FIXED =
      """
      process.roles = broker,controller
      listener.security.protocol.map = PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
      controller.listener.names = CONTROLLER
      server.max.startup.time.ms = 300000
      num.partitions = 1
      default.replication.factor = 1
      offsets.topic.replication.factor = 1
      offsets.topic.num.partitions = 1
      transaction.state.log.replication.factor = 1
      transaction.state.log.min.isr = 1
      transaction.state.log.num.partitions = 1
      share.coordinator.state.topic.replication.factor = 1
      share.coordinator.state.topic.num.partitions = 1
      share.coordinator.state.topic.min.isr = 1
      group.initial.rebalance.delay.ms = 0
      num.network.threads = 1
      num.io.threads = 2
      num.replica.fetchers = 1
      background.threads = 2
      num.recovery.threads.per.data.dir = 1
      queued.max.requests = 50
      socket.send.buffer.bytes = 65536
      socket.receive.buffer.bytes = 65536
      message.max.bytes = 1048588
      log.cleaner.threads = 1
      log.cleaner.dedupe.buffer.size = 2097152
      log.cleaner.io.buffer.size = 131072
      log.segment.bytes = 16777216
      log.index.size.max.bytes = 524288
      log.flush.interval.messages = 1
      log.retention.hours = 168
      log.retention.bytes = 67108864
      log.retention.check.interval.ms = 600000
      replica.high.watermark.checkpoint.interval.ms = 60000
      log.flush.offset.checkpoint.interval.ms = 60000
      offsets.topic.segment.bytes = 4194304
      offsets.load.buffer.size = 262144
      metadata.log.segment.bytes = 8388608
      metadata.max.retention.bytes = 16777216
      metadata.log.max.record.bytes.between.snapshots = 4194304
      metadata.max.idle.interval.ms = 0
      auto.create.topics.enable = true
      controlled.shutdown.enable = true
      broker.session.timeout.ms = 6000
      broker.heartbeat.interval.ms = 2500
      group.coordinator.threads = 1
      """;

  private BrokerConfiguration() {}

  static Properties of(KafkaSettings settings, Path data) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(FIXED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String broker = "PLAINTEXT://" + settings.bootstrap();
    String controller = "127.0.0.1:" + settings.controllerPort();
    properties.setProperty("node.id", Integer.toString(NODE));
    properties.setProperty("listeners", broker + "," + CONTROLLER + "://" + controller);
    properties.setProperty("advertised.listeners", broker);
    properties.setProperty("controller.quorum.voters", NODE + "@" + controller);
    properties.setProperty("log.dirs", data.toString());
    properties.putAll(settings.overrides());
    return properties;
  }
}
