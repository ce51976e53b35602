package io.homecloud.notes;

import io.homecloud.control.Note;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import java.time.Clock;
import java.util.List;

/** Says of each note that it is written; a real one would look at the system and act on it. */
final class NoteReconciler implements Reconciler<Note.Spec, Note.Observed> {
  private final int mostCopies;
  private final Clock clock;

  NoteReconciler(int mostCopies, Clock clock) {
    this.mostCopies = mostCopies;
    this.clock = clock;
  }

  @Override
  public Kind<Note.Spec, Note.Observed> kind() {
    return Note.KIND;
  }

  @Override
  public Outcome<Note.Observed> reconcile(Resource<Note.Spec, Note.Observed> note) {
    if (note.deleting()) {
      return new Outcome.Gone<>(List.of());
    }
    if (note.spec().copies() > mostCopies) {
      return new Outcome.Retry<>(Note.notReady(note, clock, "NoRoom"));
    }
    return new Outcome.Settled<>(
        Note.ready(note, clock),
        note.ready()
            ? List.of()
            : List.of(new Note.Written(note.uid(), note.metadata().generation())));
  }
}
