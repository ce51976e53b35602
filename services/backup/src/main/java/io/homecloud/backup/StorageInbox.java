package io.homecloud.backup;

import io.homecloud.events.inbox.Inbox;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where storage's events come in: disks that come and go, pools and volumes that suffer. */
@ApplicationScoped
public class StorageInbox {
  private final Inbox inbox;

  StorageInbox(BackupControl control) {
    this.inbox = control.plane().inbox();
  }

  @Incoming("backup-storage-in")
  @Blocking
  void receive(ConsumerRecord<String, String> message) throws InterruptedException {
    inbox.receive(message.topic(), message.key(), message.value());
  }
}
