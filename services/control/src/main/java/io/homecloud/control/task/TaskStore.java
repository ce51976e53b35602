package io.homecloud.control.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.task.Task.Progress;
import io.homecloud.control.task.Task.Target;
import io.homecloud.events.Fact;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.StorableJson;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.outbox.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One service's tasks in PostgreSQL. */
public final class TaskStore {
  private static final int LONGEST_MESSAGE = 4000;

  private final ServiceDatabase database;
  private final Outbox outbox;
  private final ObjectMapper json;
  private final StorableJson writer;
  private final Clock clock;

  public TaskStore(ServiceDatabase database, Outbox outbox, ObjectMapper json, Clock clock) {
    this.database = database;
    this.outbox = outbox;
    this.json = json;
    this.writer = new StorableJson(json);
    this.clock = clock;
  }

  /** A job to be done. */
  public record Order(
      String action,
      @Nullable Target resource,
      String node,
      String lane,
      Object parameters,
      String createdBy) {}

  /** Adds a task; what requests order goes through {@link io.homecloud.control.api.TaskApi}. */
  public Task add(Order order) {
    return add(UUID.randomUUID(), order);
  }

  /**
   * Adds a task that may have been added before by somebody who was killed then.
   *
   * @param id always the same for the same thing to do
   */
  public Task add(UUID id, Order order) {
    return find(id)
        .orElseGet(() -> database.inTransaction(transaction -> add(transaction, id, order)));
  }

  /** Adds a task in the caller's transaction. */
  public Task add(Transaction transaction, UUID id, Order order) {
    Target target = order.resource();
    transaction
        .handle()
        .createUpdate(
            """
            insert into task (id, action, resource, resource_kind, resource_name, node, lane, parameters,
              created_at, created_by)
            values (:id, :action, cast(:resource as uuid), :kind, :name, :node, :lane, :parameters::jsonb, :now, :by)\
            """)
        .bind("id", id)
        .bind("action", order.action())
        .bind("resource", target == null ? null : target.uid())
        .bind("kind", target == null ? null : target.kind())
        .bind("name", target == null ? null : target.name())
        .bind("node", order.node())
        .bind("lane", order.lane())
        .bind("parameters", writer.write(order.parameters()))
        .bind("now", now())
        .bind("by", order.createdBy())
        .execute();
    transaction.signal(Signal.Topic.TASK, id);
    return find(id).orElseThrow();
  }

  public Optional<Task> find(UUID id) {
    return database.read(handle ->
        handle
            .createQuery("select * from task where id = :id")
            .bind("id", id)
            .map((row, _) -> read(row))
            .findOne());
  }

  /** The place in the list behind which the next page begins. */
  public record After(Instant createdAt, UUID id) {}

  /**
   * Which tasks.
   *
   * @param labels that they must have, none for all
   */
  public record Selection(
      Optional<TaskState> state, Optional<UUID> resource, Map<String, String> labels) {}

  /** Tasks whatever their labels, newest first. */
  public List<Task> list(
      Optional<TaskState> state, Optional<UUID> resource, Optional<After> after, int limit) {
    return list(new Selection(state, resource, Map.of()), after, limit);
  }

  /** Tasks, newest first. */
  public List<Task> list(Selection selection, Optional<After> after, int limit) {
    Optional<TaskState> state = selection.state();
    Optional<UUID> resource = selection.resource();
    return database.read(handle -> {
      var query =
          handle.createQuery(
              "select * from task where true"
                  + (state.isPresent() ? " and state = :state" : "")
                  + (resource.isPresent() ? " and resource = :resource" : "")
                  + (selection.labels().isEmpty() ? "" : " and labels @> :labels::jsonb")
                  + (after.isPresent() ? " and (created_at, id) < (:at, :id)" : "")
                  + " order by created_at desc, id desc limit :limit");
      state.ifPresent(value -> query.bind("state", value.name()));
      resource.ifPresent(value -> query.bind("resource", value));
      if (!selection.labels().isEmpty()) {
        query.bind("labels", writer.write(selection.labels()));
      }
      after.ifPresent(value -> query.bind("at", value.createdAt()).bind("id", value.id()));
      return query.bind("limit", limit).map((row, _) -> read(row)).list();
    });
  }

  /** This node's tasks that have not ended, oldest first. */
  List<Task> unfinished(String node) {
    return database.read(handle ->
        handle
            .createQuery(
                "select * from task where node = :node and state in ('Pending', 'Running') order by created_at, id")
            .bind("node", node)
            .map((row, _) -> read(row))
            .list());
  }

  /** Whether a task of that action is pending or running for the resource. */
  public Optional<Task> unfinished(UUID resource, String action) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from task where resource = :resource and action = :action
                  and state in ('Pending', 'Running') order by created_at limit 1\
                """)
            .bind("resource", resource)
            .bind("action", action)
            .map((row, _) -> read(row))
            .findOne());
  }

  /** All tasks that are pending or running for the resource, oldest first. */
  public List<Task> unfinished(UUID resource) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from task where resource = :resource and state in ('Pending', 'Running')
                  order by created_at, id\
                """)
            .bind("resource", resource)
            .map((row, _) -> read(row))
            .list());
  }

  /** Asks a task to stop; one that has ended stays as it is. */
  public Task requestCancel(UUID id) {
    return database.inTransaction(transaction -> {
      transaction
          .handle()
          .execute(
              "update task set cancel_requested = true where id = ? and state in ('Pending', 'Running')",
              id);
      transaction.signal(Signal.Topic.TASK, id);
      return transaction
          .handle()
          .createQuery("select * from task where id = :id")
          .bind("id", id)
          .map((row, _) -> read(row))
          .findOne()
          .orElseThrow(() -> CommonProblem.NOT_FOUND.because("There is no task " + id + "."));
    });
  }

  /** Changes what is noted of a task, whatever it does; of two at once one after the other. */
  public Task note(UUID id, UnaryOperator<TaskNote> change) {
    return database.inTransaction(transaction -> {
      var handle = transaction.handle();
      Task task =
          handle
              .createQuery("select * from task where id = :id for update")
              .bind("id", id)
              .map((row, _) -> read(row))
              .findOne()
              .orElseThrow(() -> CommonProblem.NOT_FOUND.because("There is no task " + id + "."));
      TaskNote note = change.apply(new TaskNote(task.labels()));
      return handle
          .createQuery("update task set labels = :labels::jsonb where id = :id returning *")
          .bind("id", id)
          .bind("labels", writer.write(note.labels()))
          .map((row, _) -> read(row))
          .one();
    });
  }

  void started(Task task, Fact fact) {
    database.useTransaction(transaction -> {
      int fresh =
          transaction
              .handle()
              .execute(
                  "update task set state = 'Running', started_at = ?, message = '' where id = ? and state ="
                      + " 'Pending'",
                  now(),
                  task.id());
      if (fresh == 1) {
        outbox.append(transaction, fact);
      }
    });
  }

  /** Says what a task waits for. */
  void waits(Task task, String message) {
    if (!task.message().equals(message)) {
      database.useTransaction(transaction ->
          transaction
              .handle()
              .execute(
                  "update task set message = ? where id = ? and state = 'Pending'",
                  message,
                  task.id()));
    }
  }

  void progress(UUID id, Progress progress) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                "update task set done = ?, total = ?, unit = ? where id = ?",
                progress.done(),
                progress.total(),
                progress.unit(),
                id));
  }

  void ended(
      UUID id,
      TaskState state,
      String message,
      @Nullable Object result,
      List<? extends Fact> facts) {
    database.useTransaction(transaction -> {
      transaction
          .handle()
          .execute(
              "update task set state = ?, message = ?, result = ?::jsonb, ended_at = ?,"
                  + " done = case when ? then total else done end where id = ?",
              state.name(),
              StorableJson.text(message, LONGEST_MESSAGE),
              result == null ? null : writer.write(result),
              now(),
              state == TaskState.Completed,
              id);
      facts.forEach(fact -> outbox.append(transaction, fact));
      transaction.signal(Signal.Topic.STATUS, id);
    });
  }

  /**
   * Forgets tasks that ended so long ago, of resources that are gone, with the counters of their
   * events: a task never comes back.
   */
  public void forget(Duration age) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                with gone as (
                  delete from task where ended_at < ? and state not in ('Pending', 'Running')
                    and not exists (select 1 from resource where uid = task.resource)
                  returning id)
                delete from event_subject where subject in (select id from gone)\
                """,
                now().minus(age)));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Task read(ResultSet row) throws SQLException {
    UUID resource = row.getObject("resource", UUID.class);
    String result = row.getString("result");
    TaskState state = TaskState.valueOf(row.getString("state"));
    String message = row.getString("message");
    Instant createdAt = row.getTimestamp("created_at").toInstant();
    Instant endedAt = instant(row.getTimestamp("ended_at"));
    try {
      return new Task(
          row.getObject("id", UUID.class),
          row.getString("action"),
          resource == null
              ? null
              : new Target(
                  resource, row.getString("resource_kind"), row.getString("resource_name")),
          row.getString("node"),
          row.getString("lane"),
          row.getString("parameters"),
          state,
          new Progress(row.getLong("done"), row.getLong("total"), row.getString("unit")),
          message,
          result == null ? null : json.readTree(result),
          row.getBoolean("cancel_requested"),
          json.readerForMapOf(String.class).readValue(row.getString("labels")),
          List.of(ready(state, message, createdAt, endedAt)),
          createdAt,
          row.getString("created_by"),
          instant(row.getTimestamp("started_at")),
          endedAt);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable result of a task", e);
    }
  }

  private static Condition ready(
      TaskState state, String message, Instant createdAt, @Nullable Instant endedAt) {
    boolean done = state == TaskState.Completed;
    return new Condition(
        Condition.READY,
        done ? Condition.Truth.True : Condition.Truth.False,
        state.name(),
        message,
        done && endedAt != null ? endedAt : createdAt,
        1);
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
