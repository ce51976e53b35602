package io.homecloud.notes;

import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;

/** Which notes may be wished for. */
final class NoteAdmission implements Admission<Note.Spec, Note.Observed> {
  private final String node;

  NoteAdmission(String node) {
    this.node = node;
  }

  @Override
  public Admitted<Note.Spec> create(Name name, Note.Spec spec) {
    return new Admitted<>(checked(spec), node, null);
  }

  @Override
  public Note.Spec change(Resource<Note.Spec, Note.Observed> before, Note.Spec wished) {
    return checked(wished);
  }

  private static Note.Spec checked(Note.Spec spec) {
    if (spec.text() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.text is missing.");
    }
    if (spec.copies() < 0) {
      throw NotesProblem.COPIES_REFUSED.because("spec.copies is 0 or more.");
    }
    return spec;
  }
}
