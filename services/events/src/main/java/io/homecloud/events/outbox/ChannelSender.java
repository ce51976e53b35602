package io.homecloud.events.outbox;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Sends by a channel of the service to its topic; the key keeps the order of each subject. */
public final class ChannelSender implements OutboxPublisher.Sender {
  private final MutinyEmitter<String> channel;

  public ChannelSender(MutinyEmitter<String> channel) {
    this.channel = channel;
  }

  @Override
  public CompletableFuture<Void> send(Event event) {
    return channel
        .sendMessage(
            Message.of(EventCodec.write(event))
                .addMetadata(
                    OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(event.subject().toString())
                        .build()))
        .subscribeAsCompletionStage();
  }
}
