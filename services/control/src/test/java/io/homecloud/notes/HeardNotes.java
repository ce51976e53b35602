package io.homecloud.notes;

import io.homecloud.control.Note;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventCodec.MalformedEvent;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.inbox.Inbox;

/** Writes down which notes were written, in the order in which that was heard. */
final class HeardNotes implements Inbox.Handler {
  @Override
  public void handle(Transaction transaction, Event event) throws MalformedEvent {
    Note.Written written = EventCodec.fact(event, Note.Written.class);
    transaction
        .handle()
        .execute(
            "insert into heard (uid, sequence, generation) values (?, ?, ?)",
            written.uid(),
            event.sequence(),
            written.generation());
  }
}
