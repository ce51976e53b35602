package io.homecloud.control.resource;

import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.Fact;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.outbox.Outbox;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * One service's resources in PostgreSQL: what was asked for and what was last observed. Every write
 * signals the uid after its commit, and belongs to one transaction with the facts that it makes
 * true.
 */
public final class ResourceStore extends ResourceLookup {
  private static final String UNIQUE_VIOLATION = "23505";

  private final ServiceDatabase database;
  private final Outbox outbox;
  private final ResourceRows rows;
  private final Clock clock;

  public ResourceStore(ServiceDatabase database, Outbox outbox, ResourceRows rows, Clock clock) {
    super(database, rows);
    this.database = database;
    this.outbox = outbox;
    this.rows = rows;
    this.clock = clock;
  }

  /** What somebody asks to have. */
  public record Draft<S>(
      UUID uid,
      Name name,
      String node,
      @Nullable UUID parent,
      Map<String, String> labels,
      S spec,
      String createdBy) {}

  /** Notes where a wish is kept, and its generation there; the row's is the same from now on. */
  public <S, T extends Status> Resource<S, T> keep(
      Transaction transaction, Kind<S, T> kind, UUID uid, Kept kept) {
    transaction
        .handle()
        .execute(
            """
            update resource set kept_at = ?, kept_generation = ?, generation = ?, revision = nextval('revision')
            where uid = ? and (kept_at, kept_generation, generation) is distinct from (?, ?, ?)\
            """,
            kept.place(),
            kept.generation(),
            kept.generation(),
            uid,
            kept.place(),
            kept.generation(),
            kept.generation());
    transaction.signal(Signal.Topic.WISH, uid);
    return find(transaction.handle(), kind, uid).orElseThrow();
  }

  /**
   * Records a wish.
   *
   * @throws io.homecloud.control.problem.ProblemException NAME_TAKEN when the kind has one of that
   *     name
   */
  public <S, T extends Status> Resource<S, T> create(Kind<S, T> kind, Draft<S> draft) {
    return database.inTransaction(transaction -> create(transaction, kind, draft));
  }

  /** As {@link #create(Kind, Draft)}, in the caller's transaction. */
  public <S, T extends Status> Resource<S, T> create(
      Transaction transaction, Kind<S, T> kind, Draft<S> draft) {
    Optional<Resource<S, T>> inserted =
        transaction
            .handle()
            .createQuery(
                """
                insert into resource (uid, kind, name, node, parent, labels, spec, created_at, created_by, revision)
                values (:uid, :kind, :name, :node, cast(:parent as uuid), :labels::jsonb, :spec::jsonb, :now, :by,
                  nextval('revision'))
                on conflict (kind, name) do nothing returning *\
                """)
            .bind("uid", draft.uid())
            .bind("kind", kind.name())
            .bind("name", draft.name().value())
            .bind("node", draft.node())
            .bind("parent", draft.parent())
            .bind("labels", rows.json(draft.labels()))
            .bind("spec", rows.json(draft.spec()))
            .bind("now", clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .bind("by", draft.createdBy())
            .map(rows.mapper(kind))
            .findOne();
    if (inserted.isEmpty()) {
      throw nameTaken(kind, draft.name());
    }
    transaction.signal(Signal.Topic.WISH, draft.uid());
    return inserted.get();
  }

  private static RuntimeException nameTaken(Kind<?, ?> kind, Name name) {
    return CommonProblem.NAME_TAKEN.because(
        "There is already one of the " + kind.plural() + " called " + name + ".");
  }

  /** Which resources a list speaks of; empty members do not restrict. */
  public record Selection(
      Map<String, String> labels, Optional<UUID> parent, Optional<String> node) {
    public static final Selection ALL = new Selection(Map.of(), Optional.empty(), Optional.empty());

    public static Selection in(UUID parent) {
      return new Selection(Map.of(), Optional.of(parent), Optional.empty());
    }

    public static Selection on(String node) {
      return new Selection(Map.of(), Optional.empty(), Optional.of(node));
    }
  }

  /** A row before it is known what kind it is read as. */
  public interface Row {
    String kind();

    String node();

    <S, T extends Status> Resource<S, T> as(Kind<S, T> kind);
  }

  /**
   * Changes what was asked for. The generation moves when spec or labels differ: both are noted
   * where the resource lives, so it is Ready again only when that was done.
   *
   * @param change from the row as it is now to the new spec and labels; may throw a problem
   * @param expectedRevision the revision that the caller has seen, empty when it does not care
   */
  public <S, T extends Status> Resource<S, T> change(
      Kind<S, T> kind,
      Name name,
      Optional<Long> expectedRevision,
      Function<Resource<S, T>, Wish<S>> change) {
    return database.inTransaction(transaction -> {
      Handle handle = transaction.handle();
      Resource<S, T> before = locked(handle, kind, name);
      requireRevision(before, expectedRevision);
      if (before.deleting()) {
        throw CommonProblem.BEING_DELETED.because(kind.name() + " " + name + " is being deleted.");
      }
      Wish<S> wish = change.apply(before);
      Kept kept = wish.kept();
      if (kept != null) {
        return changed(transaction, kind, before, wish, kept);
      }
      if (rows.json(wish.spec()).equals(rows.json(before.spec()))
          && wish.labels().equals(before.metadata().labels())) {
        return before;
      }
      handle
          .createUpdate(
              """
              update resource set spec = :spec::jsonb, labels = :labels::jsonb, generation = generation + 1,
                revision = nextval('revision') where uid = :uid\
              """)
          .bind("spec", rows.json(wish.spec()))
          .bind("labels", rows.json(wish.labels()))
          .bind("uid", before.uid())
          .execute();
      transaction.signal(Signal.Topic.WISH, before.uid());
      return find(handle, kind, before.uid()).orElseThrow();
    });
  }

  private <S, T extends Status> Resource<S, T> changed(
      Transaction transaction, Kind<S, T> kind, Resource<S, T> before, Wish<S> wish, Kept kept) {
    transaction
        .handle()
        .createUpdate(
            // Labels have no generation elsewhere, and who has seen others must not overrule these.
            """
            update resource set spec = :spec::jsonb, labels = :labels::jsonb, revision = nextval('revision')
            where uid = :uid and (spec, labels) is distinct from (:spec::jsonb, :labels::jsonb)\
            """)
        .bind("spec", rows.json(wish.spec()))
        .bind("labels", rows.json(wish.labels()))
        .bind("uid", before.uid())
        .execute();
    return keep(transaction, kind, before.uid(), kept);
  }

  /**
   * Writes a name into the wishes of everything of a kind that lives in something, which is called
   * so now: a change by the service itself, that is noted anew wherever wishes are kept. Those that
   * say so already stay as they are.
   *
   * @param member of the spec
   */
  public void rename(
      Transaction transaction, Kind<?, ?> kind, UUID parent, String member, Name name) {
    transaction
        .handle()
        .createQuery(
            """
            update resource set spec = jsonb_set(spec, array[:member], to_jsonb(:name)), generation = generation + 1,
              revision = nextval('revision')
            where kind = :kind and parent = :parent and spec ->> :member is distinct from :name returning uid\
            """)
        .bind("kind", kind.name())
        .bind("parent", parent)
        .bind("member", member)
        .bind("name", name.value())
        .map((row, _) -> row.getObject("uid", UUID.class))
        .list()
        .forEach(uid -> transaction.signal(Signal.Topic.WISH, uid));
  }

  /**
   * A new spec and new labels.
   *
   * @param kept where they are kept, null when nowhere but here
   */
  public record Wish<S>(S spec, Map<String, String> labels, @Nullable Kept kept) {
    public Wish(S spec, Map<String, String> labels) {
      this(spec, labels, null);
    }
  }

  /**
   * Asks that it be let go of without anything of it being destroyed; {@link #isReleasing} then.
   */
  public void requestRelease(Transaction transaction, UUID uid) {
    transaction
        .handle()
        .execute(
            """
            update resource set deletion_requested_at = coalesce(deletion_requested_at, ?), releasing = true,
              revision = nextval('revision') where uid = ?\
            """,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            uid);
    transaction.signal(Signal.Topic.WISH, uid);
  }

  /** Asks for deletion; asked twice is asked once. */
  public <S, T extends Status> Resource<S, T> requestDeletion(
      Kind<S, T> kind, Name name, Optional<Long> expectedRevision) {
    return requestDeletion(kind, name, expectedRevision, _ -> {});
  }

  /**
   * As above.
   *
   * @param lastLook at the row, which nobody else changes then; may throw a problem
   */
  public <S, T extends Status> Resource<S, T> requestDeletion(
      Kind<S, T> kind,
      Name name,
      Optional<Long> expectedRevision,
      Consumer<Resource<S, T>> lastLook) {
    return database.inTransaction(transaction -> {
      Handle handle = transaction.handle();
      Resource<S, T> row = locked(handle, kind, name);
      requireRevision(row, expectedRevision);
      transaction.signal(Signal.Topic.WISH, row.uid());
      if (row.deleting()) {
        return row;
      }
      lastLook.accept(row);
      handle.execute(
          "update resource set deletion_requested_at = ?, revision = nextval('revision') where uid = ?",
          clock.instant().truncatedTo(ChronoUnit.MILLIS),
          row.uid());
      return find(handle, kind, row.uid()).orElseThrow();
    });
  }

  public static RuntimeException notFound(Kind<?, ?> kind, Name name) {
    return CommonProblem.NOT_FOUND.because(
        "There is none of the " + kind.plural() + " called " + name + ".");
  }

  /**
   * Checks that the caller has seen the newest revision, or does not care.
   *
   * @throws io.homecloud.control.problem.ProblemException REVISION_MISMATCH when it has not
   */
  public static void requireRevision(Resource<?, ?> row, Optional<Long> expected) {
    if (expected.isPresent() && expected.get() != row.metadata().revision()) {
      throw CommonProblem.REVISION_MISMATCH.because(
          "It is at revision "
              + row.metadata().revision()
              + " now; read it again and repeat the change.");
    }
  }

  /**
   * Writes what was observed and tells the facts; without facts and without a change nothing is
   * written.
   *
   * @return false when the row has changed since it was seen: then nothing is written or told, and
   *     it is to be looked at anew
   */
  public <S, T extends Status> boolean observe(
      Resource<S, T> seen, T status, List<? extends Fact> facts) {
    String json = rows.json(status);
    if (facts.isEmpty() && seen.status() != null && json.equals(rows.json(seen.status()))) {
      return true;
    }
    return database.inTransaction(transaction -> {
      int written =
          transaction
              .handle()
              .execute(
                  "update resource set status = ?::jsonb, revision = nextval('revision') where uid = ? and revision = ?",
                  json,
                  seen.uid(),
                  seen.metadata().revision());
      if (written > 0) {
        tell(transaction, seen.uid(), facts);
      }
      return written > 0;
    });
  }

  /**
   * Writes that it could not be looked at, and why; the rest of the status stays as it was, with
   * the generation that it speaks of.
   */
  public <S, T extends Status> void observeFailure(
      Kind<S, T> kind, Resource<S, T> seen, String reason, String message) {
    List<Condition> conditions =
        new Conditions(seen.conditions(), seen.metadata().generation(), clock)
            .kept()
            .notReady(reason, message)
            .build();
    boolean _ = observe(seen, rows.with(conditions, seen.status(), kind.status()), List.of());
  }

  /** As above, unconditionally and in the caller's transaction. */
  public void observe(
      Transaction transaction, UUID uid, Status status, List<? extends Fact> facts) {
    transaction
        .handle()
        .execute(
            "update resource set status = ?::jsonb, revision = nextval('revision') where uid = ?",
            rows.json(status),
            uid);
    tell(transaction, uid, facts);
  }

  private void tell(Transaction transaction, UUID uid, List<? extends Fact> facts) {
    facts.forEach(fact -> outbox.append(transaction, fact));
    transaction.signal(Signal.Topic.STATUS, uid);
  }

  /**
   * Lets the row go, with the facts that this makes true.
   *
   * @return false when it has changed since it was seen: then nothing happens
   */
  public boolean remove(Resource<?, ?> seen, List<? extends Fact> facts) {
    return database.inTransaction(transaction -> {
      int removed =
          transaction
              .handle()
              .execute(
                  "delete from resource where uid = ? and revision = ?",
                  seen.uid(),
                  seen.metadata().revision());
      if (removed > 0) {
        tell(transaction, seen.uid(), facts);
      }
      return removed > 0;
    });
  }

  /** As above, unconditionally. */
  public void remove(UUID uid, List<? extends Fact> facts) {
    database.useTransaction(transaction -> remove(transaction, uid, facts));
  }

  /** As above, unconditionally and in the caller's transaction. */
  public void remove(Transaction transaction, UUID uid, List<? extends Fact> facts) {
    transaction.handle().execute("delete from resource where uid = ?", uid);
    tell(transaction, uid, facts);
  }

  /** Removes the rows of everything that lives in the root, and its own, and says so of each. */
  public void removeTree(Transaction transaction, UUID root) {
    ResourceBatch batch = new ResourceBatch(rows);
    batch
        .tree(transaction.handle(), root)
        .forEach(uid -> transaction.signal(Signal.Topic.STATUS, uid));
    batch.removeTree(transaction, root);
  }

  /**
   * The same identity continues as another kind, for example a volume in the trash; its status
   * starts anew.
   */
  public <S, T extends Status> void become(
      Transaction transaction, UUID uid, Kind<S, T> kind, Name name, S spec, @Nullable T status) {
    try {
      transaction
          .handle()
          .execute(
              """
              update resource set kind = ?, name = ?, spec = ?::jsonb, status = ?::jsonb, deletion_requested_at = null,
                kept_at = null, kept_generation = null, releasing = false, revision = nextval('revision') where uid = ?\
              """,
              kind.name(),
              name.value(),
              rows.json(spec),
              status == null ? null : rows.json(status),
              uid);
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof java.sql.SQLException sql
          && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
        throw nameTaken(kind, name);
      }
      throw e;
    }
    transaction.signal(Signal.Topic.WISH, uid);
    transaction.signal(Signal.Topic.STATUS, uid);
  }

  /** Tells a fact in the caller's transaction. */
  public void tell(Transaction transaction, Fact fact) {
    outbox.append(transaction, fact);
  }

  public <R> R inTransaction(Function<Transaction, R> work) {
    return database.inTransaction(work);
  }

  /** For writes that belong together. */
  public void useTransaction(Consumer<Transaction> work) {
    database.useTransaction(work);
  }
}
