package io.homecloud.control.resource;

import static io.homecloud.control.ControlSchema.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.events.database.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;

/** A store of notes in tables of its own, and what is asked of it again and again. */
abstract class ResourceStoreLab {
  static final Name NAME = new Name("first");
  static final Note.Spec SPEC = new Note.Spec("hello", 1);

  ControlPlane plane;
  ResourceStore store;
  final List<UUID> wishes = new ArrayList<>();

  @BeforeEach
  void makeTables() {
    plane = ControlSchema.plane(ControlSchema.fresh().pool());
    store = plane.resources();
    plane.database().subscribe(Signal.Topic.WISH, uid -> wishes.add(UUID.fromString(uid)));
  }

  Resource<Note.Spec, Note.Observed> create() {
    return store.create(Note.KIND, Note.draft(NAME.value(), NODE, SPEC));
  }

  Resource<Note.Spec, Note.Observed> change(Note.Spec spec, Map<String, String> labels) {
    return change(new Wish<>(spec, labels));
  }

  Resource<Note.Spec, Note.Observed> change(Wish<Note.Spec> wish) {
    return store.change(Note.KIND, NAME, Optional.empty(), _ -> wish);
  }

  static void assertProblem(CommonProblem code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.code()).isEqualTo(code));
  }
}
