package io.homecloud.notes;

import io.homecloud.events.inbox.Inbox;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where events of others come in; one after another, and acknowledged when they are committed. */
@ApplicationScoped
public class NotesInbox {
  private final Inbox inbox;

  NotesInbox(NotesControl control) {
    this.inbox = control.plane().inbox();
  }

  @Incoming("notes-events-in")
  @Blocking
  void receive(ConsumerRecord<String, String> message) throws InterruptedException {
    inbox.receive(message.topic(), message.key(), message.value());
  }
}
