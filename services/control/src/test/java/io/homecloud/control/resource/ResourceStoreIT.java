package io.homecloud.control.resource;

import static io.homecloud.control.ControlSchema.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a store keeps, of one who asks after the other. */
class ResourceStoreIT extends ResourceStoreLab {
  @Test
  void aWishIsRecordedAndSignalled() {
    // When
    var created = create();

    // Then
    assertThat(store.find(Note.KIND, NAME)).contains(created);
    assertThat(store.find(Note.KIND, created.uid())).contains(created);
    assertThat(created.metadata().generation()).isEqualTo(1);
    assertThat(created.metadata().createdBy()).isEqualTo("tester");
    assertThat(created.status()).isNull();
    assertThat(created.ready()).isFalse();
    assertThat(wishes).containsExactly(created.uid());
  }

  @Test
  void theGenerationMovesWithSpecAndLabels() {
    // Given
    long before = create().metadata().revision();

    // When
    var same = change(SPEC, Map.of());
    var labelled = change(SPEC, Map.of("a", "b"));
    var changed = change(new Note.Spec("other", 1), Map.of("a", "b"));

    // Then
    assertThat(same.metadata().revision()).isEqualTo(before);
    assertThat(same.metadata().generation()).isEqualTo(1);
    assertThat(labelled.metadata().generation()).isEqualTo(2);
    assertThat(labelled.metadata().revision()).isGreaterThan(before);
    assertThat(changed.metadata().generation()).isEqualTo(3);
    assertThat(changed.spec().text()).isEqualTo("other");
    assertThat(wishes).hasSize(3);
  }

  @Test
  void theRevisionMovesAlsoWithLabelsThatHaveNoGenerationWhereTheyAreKept() {
    // Given
    create();
    Kept kept = new Kept("elsewhere", 1);
    var before = change(new Wish<>(SPEC, Map.of(), kept));
    Optional<Long> seen = Optional.of(before.metadata().revision());

    // When
    var same = change(new Wish<>(SPEC, Map.of(), kept));
    var labelled = change(new Wish<>(SPEC, Map.of("a", "b"), kept));

    // Then
    assertThat(same).isEqualTo(before);
    assertThat(labelled.metadata().labels()).containsEntry("a", "b");
    assertThat(labelled.metadata().generation()).isEqualTo(1);
    assertProblem(
        CommonProblem.REVISION_MISMATCH,
        () -> store.change(Note.KIND, NAME, seen, row -> new Wish<>(row.spec(), Map.of())));
  }

  @Test
  void whoHasSeenAnOlderRevisionIsRefused() {
    // Given
    var first = create();
    change(new Note.Spec("other", 1), Map.of());
    Optional<Long> seen = Optional.of(first.metadata().revision());

    // When // Then
    assertProblem(
        CommonProblem.REVISION_MISMATCH,
        () -> store.change(Note.KIND, NAME, seen, row -> new Wish<>(row.spec(), Map.of())));
    assertProblem(
        CommonProblem.REVISION_MISMATCH, () -> store.requestDeletion(Note.KIND, NAME, seen));
  }

  @Test
  void deletionAskedTwiceIsAskedOnceAndEndsChanges() {
    // Given
    create();
    var going = store.requestDeletion(Note.KIND, NAME, Optional.empty());

    // When
    var again = store.requestDeletion(Note.KIND, NAME, Optional.empty());

    // Then
    assertThat(going.deleting()).isTrue();
    assertThat(again).isEqualTo(going);
    assertThat(wishes).hasSize(3);
    assertProblem(CommonProblem.BEING_DELETED, () -> change(new Note.Spec("x", 1), Map.of()));
    assertProblem(CommonProblem.NAME_TAKEN, this::create);
  }

  @Test
  void whatIsGoneFreesItsName() {
    // Given
    var row = create();

    // When
    boolean removed = store.remove(row, List.of(new Note.Written(row.uid(), 1)));

    // Then
    assertThat(removed).isTrue();
    assertThat(store.find(Note.KIND, NAME)).isEmpty();
    assertThat(create().uid()).isNotEqualTo(row.uid());
  }

  @Test
  void whatNobodyHasIsNotFound() {
    // When // Then
    assertProblem(CommonProblem.NOT_FOUND, () -> change(SPEC, Map.of()));
    assertProblem(
        CommonProblem.NOT_FOUND, () -> store.requestDeletion(Note.KIND, NAME, Optional.empty()));
  }

  @Test
  void anObservationOfARowThatChangedMeanwhileIsDropped() {
    // Given
    var seen = create();
    change(new Note.Spec("other", 2), Map.of());

    // When
    boolean written =
        store.observe(
            seen, Note.ready(seen, Clock.systemUTC()), List.of(new Note.Written(seen.uid(), 1)));
    boolean removed = store.remove(seen, List.of());

    // Then
    assertThat(written).isFalse();
    assertThat(removed).isFalse();
    assertThat(store.find(Note.KIND, NAME).orElseThrow().status()).isNull();
    assertThat(plane.log().sequence()).isZero();
  }

  @Test
  void theSameObservationTwiceIsWrittenOnce() {
    // Given
    var seen = create();
    store.observe(seen, Note.ready(seen, Clock.systemUTC()), List.of());
    var observed = store.find(Note.KIND, NAME).orElseThrow();

    // When
    store.observe(observed, Note.ready(observed, Clock.systemUTC()), List.of());

    // Then
    assertThat(observed.ready()).isTrue();
    assertThat(store.find(Note.KIND, NAME)).contains(observed);
  }

  @Test
  void newerSpecsAreNotReadyYet() {
    // Given
    var seen = create();
    store.observe(seen, Note.ready(seen, Clock.systemUTC()), List.of());

    // When
    var changed = change(new Note.Spec("other", 1), Map.of());

    // Then
    assertThat(changed.ready()).isFalse();
  }

  @Test
  void textThatPostgresqlDoesNotTakeIsObservedAllTheSame() {
    // Given
    var seen = create();

    // When
    store.observe(
        seen,
        new Note.Observed(
            0,
            1,
            new Conditions(List.of(), 1, Clock.systemUTC())
                .notReady("ToolFailed", "it said: \0\ud83d")
                .build()),
        List.of());

    // Then
    var status = store.find(Note.KIND, NAME).orElseThrow().status();
    assertThat(status).isNotNull();
    assertThat(status.conditions().getFirst().message()).startsWith("it said: \ufffd");
  }

  @Test
  void theSameIdentityGoesOnAsAnotherKind() {
    // Given
    var row = create();
    store.requestDeletion(Note.KIND, NAME, Optional.empty());
    Name thrown = new Name("first-1");

    // When
    store.useTransaction(
        transaction -> store.become(transaction, row.uid(), Note.WASTE, thrown, SPEC, null));

    // Then
    assertThat(store.find(Note.KIND, NAME)).isEmpty();
    var waste = store.find(Note.WASTE, thrown).orElseThrow();
    assertThat(waste.uid()).isEqualTo(row.uid());
    assertThat(waste.deleting()).isFalse();
    assertThat(waste.status()).isNull();
  }

  @Test
  void anotherKindsNameMayBeTakenToo() {
    // Given
    var row = create();
    store.create(Note.WASTE, Note.draft("taken", NODE, SPEC));

    // When // Then
    assertProblem(
        CommonProblem.NAME_TAKEN,
        () ->
            store.useTransaction(transaction ->
                store.become(transaction, row.uid(), Note.WASTE, new Name("taken"), SPEC, null)));
    assertThat(store.find(Note.KIND, NAME)).contains(row);
  }

  @Test
  void whatIsReadyForItsNewestSpecIsSettled() {
    // Given
    var row = create();
    List<String> kinds = List.of(Note.KIND.name());
    assertThat(store.unsettled(NODE, kinds)).containsExactly(row.uid());
    assertThat(store.unsettled("elsewhere", kinds)).isEmpty();
    store.observe(row, Note.notReady(row, plane.clock(), "NoRoom"), List.of());
    assertThat(store.unsettled(NODE, kinds)).containsExactly(row.uid());

    // When
    var seen = store.find(Note.KIND, NAME).orElseThrow();
    store.observe(seen, Note.ready(seen, plane.clock()), List.of());

    // Then
    assertThat(store.unsettled(NODE, kinds)).isEmpty();
    var _ =
        store.change(
            Note.KIND,
            NAME,
            Optional.empty(),
            before -> new ResourceStore.Wish<>(new Note.Spec("other", 2), Map.of()));
    assertThat(store.unsettled(NODE, kinds)).containsExactly(row.uid());
  }

  @Test
  void tenThousandArePagedInOrderAndFoundByLabel() {
    // Given
    UUID parent = UUID.randomUUID();
    store.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                insert into resource (uid, kind, name, node, parent, labels, spec, created_at, created_by, revision)
                select gen_random_uuid(), 'Note', case n % 2 when 0 then 'n-' else 'nx-' end || lpad(n::text, 5, '0'),
                  'pi-1', case n % 10 when 0 then ? end,
                  case n % 100 when 0 then '{"tier":"gold"}' else '{"tier":"iron"}' end::jsonb,
                  '{"text":"hello","copies":1}', now(), 'tester', nextval('revision')
                from generate_series(0, 9999) n\
                """,
                parent));

    // When
    List<String> names = new ArrayList<>();
    List<Long> millis = new ArrayList<>();
    String after = "";
    List<Resource<Note.Spec, Note.Observed>> page;
    do {
      long begin = System.nanoTime();
      page = store.list(Note.KIND, Selection.ALL, after, 500);
      millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      page.forEach(row -> names.add(row.name().value()));
      after = page.isEmpty() ? after : page.getLast().name().value();
    } while (!page.isEmpty());

    // Then
    assertThat(names).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(millis.stream().sorted().toList().get(millis.size() / 2)).isLessThan(2000);
    Selection gold = new Selection(Map.of("tier", "gold"), Optional.empty(), Optional.empty());
    assertThat(store.all(Note.KIND, gold)).hasSize(100);
    assertThat(store.all(Note.KIND, Selection.in(parent))).hasSize(1000);
    assertThat(store.all(Note.KIND, Selection.on("elsewhere"))).isEmpty();
    assertThat(store.pending(NODE, List.of("Note"))).hasSize(10_000);
    assertThat(
            planOf(
                "select * from resource where kind = 'Note' and name > 'n-05000' order by name limit 100"))
        .contains("Index Scan");
    assertThat(
            planOf(
                "select * from resource where kind = 'Note' and labels @> '{\"tier\":\"gold\"}'"))
        .contains("resource_labels");
  }

  private String planOf(String query) {
    return plane
        .database()
        .read(handle -> {
          handle.execute("analyze resource");
          return handle.createQuery("explain " + query).mapTo(String.class).list();
        })
        .stream()
        .collect(Collectors.joining("\n"));
  }
}
