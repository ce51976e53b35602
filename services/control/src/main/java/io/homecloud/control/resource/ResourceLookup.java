package io.homecloud.control.resource;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore.Row;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.ServiceDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Everything that is asked of a service's resources without changing them. */
public abstract sealed class ResourceLookup permits ResourceStore {
  private static final String UNSETTLED =
      """
       and (deletion_requested_at is not null or status is null
        or (status->>'observedGeneration')::bigint is distinct from generation
        or not jsonb_path_exists(status, '$.conditions[*] ? (@.type == "Ready" && @.status == "True")'))\
      """;

  private final ServiceDatabase database;
  private final ResourceRows rows;

  ResourceLookup(ServiceDatabase database, ResourceRows rows) {
    this.database = database;
    this.rows = rows;
  }

  public <S, T extends Status> Optional<Resource<S, T>> find(Kind<S, T> kind, Name name) {
    return database.read(handle -> find(handle, kind, name));
  }

  public <S, T extends Status> Optional<Resource<S, T>> find(
      Handle handle, Kind<S, T> kind, Name name) {
    return handle
        .createQuery("select * from resource where kind = :kind and name = :name")
        .bind("kind", kind.name())
        .bind("name", name.value())
        .map(rows.mapper(kind))
        .findOne();
  }

  public <S, T extends Status> Optional<Resource<S, T>> find(Kind<S, T> kind, UUID uid) {
    return database.read(handle -> find(handle, kind, uid));
  }

  public <S, T extends Status> Optional<Resource<S, T>> find(
      Handle handle, Kind<S, T> kind, UUID uid) {
    return one(handle, kind, uid, "");
  }

  /** As find, and keeps others from writing the row until the transaction has ended. */
  public <S, T extends Status> Optional<Resource<S, T>> lock(
      Handle handle, Kind<S, T> kind, UUID uid) {
    return one(handle, kind, uid, " for update");
  }

  private <S, T extends Status> Optional<Resource<S, T>> one(
      Handle handle, Kind<S, T> kind, UUID uid, String suffix) {
    return handle
        .createQuery("select * from resource where kind = :kind and uid = :uid" + suffix)
        .bind("kind", kind.name())
        .bind("uid", uid)
        .map(rows.mapper(kind))
        .findOne();
  }

  <S, T extends Status> Resource<S, T> locked(Handle handle, Kind<S, T> kind, Name name) {
    return find(handle, kind, name)
        .flatMap(found -> lock(handle, kind, found.uid()))
        .orElseThrow(() -> ResourceStore.notFound(kind, name));
  }

  /**
   * Resources in the order of their names, beginning behind {@code after} (the empty string for the
   * first page).
   */
  public <S, T extends Status> List<Resource<S, T>> list(
      Kind<S, T> kind, Selection selection, String after, int limit) {
    return database.read(handle -> {
      Query query =
          handle.createQuery(
              "select * from resource where kind = :kind and name > :after"
                  + (selection.parent().isPresent() ? " and parent = :parent" : "")
                  + (selection.node().isPresent() ? " and node = :node" : "")
                  + (selection.labels().isEmpty() ? "" : " and labels @> :labels::jsonb")
                  + " order by name limit :limit");
      selection.parent().ifPresent(parent -> query.bind("parent", parent));
      selection.node().ifPresent(node -> query.bind("node", node));
      if (!selection.labels().isEmpty()) {
        query.bind("labels", rows.json(selection.labels()));
      }
      return query
          .bind("kind", kind.name())
          .bind("after", after)
          .bind("limit", limit)
          .map(rows.mapper(kind))
          .list();
    });
  }

  /** All that a list would give; for the few places that must see everything of a parent. */
  public <S, T extends Status> List<Resource<S, T>> all(Kind<S, T> kind, Selection selection) {
    return list(kind, selection, "", Integer.MAX_VALUE);
  }

  /** Where the wish of a resource is kept beside its row, if anywhere. */
  public Optional<Kept> kept(UUID uid) {
    return database.read(handle ->
        handle
            .createQuery(
                "select kept_at, kept_generation from resource where uid = :uid and kept_at is not null")
            .bind("uid", uid)
            .map((row, _) -> new Kept(row.getString(1), row.getLong(2)))
            .findOne());
  }

  /** Whether nothing of it may be destroyed as it goes. */
  public boolean isReleasing(UUID uid) {
    return database.read(handle ->
        handle
            .createQuery("select releasing from resource where uid = :uid")
            .bind("uid", uid)
            .map((row, _) -> row.getBoolean(1))
            .findOne()
            .orElse(false));
  }

  /** Uids of this node's resources of the kinds given. */
  public List<UUID> pending(String node, List<String> kinds) {
    return uids("=", node, kinds, "");
  }

  /** Of these those that are not ready for their newest spec, or are to be deleted. */
  public List<UUID> unsettled(String node, List<String> kinds) {
    return uids("=", node, kinds, UNSETTLED);
  }

  /** The same of all other nodes. */
  public List<UUID> unsettledElsewhere(String node, List<String> kinds) {
    return uids("<>", node, kinds, UNSETTLED);
  }

  private List<UUID> uids(String is, String node, List<String> kinds, String which) {
    return database.read(handle ->
        handle
            .createQuery(
                "select uid from resource where node "
                    + is
                    + " :node and kind = any(:kinds)"
                    + which
                    + " order by uid")
            .bind("node", node)
            .bindArray("kinds", String.class, kinds)
            .map((row, _) -> row.getObject("uid", UUID.class))
            .list());
  }

  /** The row of that uid as the reader reads it; empty when there is none. */
  public <R> Optional<R> find(UUID uid, Function<Row, R> reader) {
    return database.read(handle ->
        handle
            .createQuery("select * from resource where uid = :uid")
            .bind("uid", uid)
            .map((row, context) -> reader.apply(rows.row(row, context)))
            .findOne());
  }

  /**
   * The node on which the one of that name lives; empty when there is none, or there can be none.
   */
  public Optional<String> nodeOf(Kind<?, ?> kind, String name) {
    return Name.valid(name)
        ? nodeOf("name = :name", query -> query.bind("kind", kind.name()).bind("name", name))
        : Optional.empty();
  }

  /** As above, by identity. */
  public Optional<String> nodeOf(Kind<?, ?> kind, UUID uid) {
    return nodeOf("uid = :uid", query -> query.bind("kind", kind.name()).bind("uid", uid));
  }

  /** The nodes on which there are any of that kind, by name. */
  public List<String> nodesOf(Kind<?, ?> kind) {
    return database.read(handle ->
        handle
            .createQuery("select distinct node from resource where kind = :kind order by node")
            .bind("kind", kind.name())
            .mapTo(String.class)
            .list());
  }

  private Optional<String> nodeOf(String which, UnaryOperator<Query> bound) {
    return database.read(handle ->
        bound
            .apply(handle.createQuery("select node from resource where kind = :kind and " + which))
            .mapTo(String.class)
            .findOne());
  }

  /** The newest time that was written down here, the epoch when there is none. */
  public Instant newest() {
    return database.read(handle ->
        handle
            .createQuery("select max(created_at) from resource")
            .map((row, _) ->
                row.getTimestamp(1) == null ? Instant.EPOCH : row.getTimestamp(1).toInstant())
            .one());
  }
}
