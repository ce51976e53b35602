package io.homecloud.sharing.volume;

import io.homecloud.events.inbox.Inbox;
import io.homecloud.sharing.SharingControl;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where storage's events come in; one after another, acknowledged when they are committed. */
@ApplicationScoped
public class StorageInbox {
  private final Inbox inbox;

  StorageInbox(SharingControl control) {
    this.inbox = control.plane().inbox();
  }

  @Incoming("sharing-storage-in")
  @Blocking
  void receive(ConsumerRecord<String, String> message) throws InterruptedException {
    inbox.receive(message.topic(), message.key(), message.value());
  }
}
