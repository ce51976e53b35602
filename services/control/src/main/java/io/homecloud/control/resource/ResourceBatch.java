package io.homecloud.control.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.homecloud.events.database.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Many resources in one statement, for those who find them instead of wishing for them. Signals
 * nothing: the caller knows when they may be looked at.
 */
public final class ResourceBatch {
  /** All that lives in a root, the root included, whether it has a row or not. */
  private static final String TREE =
      """
      with recursive tree (uid) as (
        select :root::uuid
        union
        select child.uid from resource child join tree on child.parent = tree.uid)
      """;

  private final ResourceRows rows;

  public ResourceBatch(ResourceRows rows) {
    this.rows = rows;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Row(
      UUID uid,
      String name,
      String node,
      @Nullable UUID parent,
      long generation,
      Map<String, String> labels,
      Object spec,
      @Nullable Status status,
      @JsonProperty("created_at") String createdAt,
      @JsonProperty("created_by") String createdBy) {
    static Row of(Resource<?, ?> resource) {
      Metadata metadata = resource.metadata();
      return new Row(
          metadata.uid(),
          metadata.name().value(),
          resource.node(),
          resource.parent(),
          metadata.generation(),
          metadata.labels(),
          resource.spec(),
          resource.status(),
          metadata.creationTimestamp().toString(),
          metadata.createdBy());
    }
  }

  /**
   * Inserts those whose uid and name nobody has, as they are; their revisions are given anew.
   *
   * @return the uids of those that were inserted
   */
  public <S, T extends Status> Set<UUID> insert(
      Transaction transaction, Kind<S, T> kind, List<Resource<S, T>> resources) {
    return transaction
        .handle()
        .createQuery(
            """
            insert into resource (uid, kind, name, node, parent, generation, revision, labels, spec, status,
              created_at, created_by)
            select uid, :kind, name, node, parent, generation, nextval('revision'), labels, spec, status,
              created_at, created_by
            from jsonb_to_recordset(:rows::jsonb) as row (uid uuid, name text, node text, parent uuid,
              generation bigint, labels jsonb, spec jsonb, status jsonb, created_at timestamptz, created_by text)
            on conflict do nothing returning uid\
            """)
        .bind("kind", kind.name())
        .bind("rows", rows.json(resources.stream().map(Row::of).toList()))
        .map((row, _) -> row.getObject("uid", UUID.class))
        .set();
  }

  /** Those that have a row, of whatever kind. */
  public Set<UUID> known(Handle handle, List<UUID> uids) {
    return handle
        .createQuery("select uid from resource where uid = any(:uids::uuid[])")
        .bindArray("uids", String.class, uids.stream().map(UUID::toString).toList())
        .map((row, _) -> row.getObject("uid", UUID.class))
        .set();
  }

  /** The uids of everything that lives in the root, at any depth, and its own. */
  public Set<UUID> tree(Handle handle, UUID root) {
    return handle
        .createQuery(TREE + "select uid from tree")
        .bind("root", root)
        .map((row, _) -> row.getObject("uid", UUID.class))
        .set();
  }

  /** Removes the rows of everything that lives in the root, and its own. */
  public void removeTree(Transaction transaction, UUID root) {
    transaction
        .handle()
        .createUpdate(TREE + "delete from resource where uid in (select uid from tree)")
        .bind("root", root)
        .execute();
  }

  /**
   * Notes where the wish of a resource is kept that was found to be otherwise: the row counts as
   * newer than what is kept, so that what was found is brought there and not the other way round.
   */
  public void outdates(Transaction transaction, UUID uid, Kept kept) {
    transaction
        .handle()
        .execute(
            """
            update resource set kept_at = ?, kept_generation = ?, generation = greatest(generation, ?)
            where uid = ?\
            """,
            kept.place(),
            kept.generation(),
            kept.generation() + 1,
            uid);
  }
}
