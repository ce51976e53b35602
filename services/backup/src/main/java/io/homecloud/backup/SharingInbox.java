package io.homecloud.backup;

import io.homecloud.events.inbox.Inbox;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where sharing's events come in: who is signed in no more. */
@ApplicationScoped
public class SharingInbox {
  private final Inbox inbox;

  SharingInbox(BackupControl control) {
    this.inbox = control.plane().inbox();
  }

  @Incoming("backup-sharing-in")
  @Blocking
  void receive(ConsumerRecord<String, String> message) throws InterruptedException {
    inbox.receive(message.topic(), message.key(), message.value());
  }
}
