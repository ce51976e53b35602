package io.homecloud.backup.repository;

import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.control.node.Nodes;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Repositories that every node gets to, with their runs, come to another node. What a node that is
 * still there has begun it ends.
 */
public final class RepositoryMove {
  private static final String STALE = Nodes.STALE.toSeconds() + " seconds";
  private static final String REPOSITORIES =
      """
      update resource set node = :node, generation = generation + 1,
        revision = nextval('revision'), spec = jsonb_set(spec, '{node}', to_jsonb(:node::text))
      where kind = 'Repository' and node <> :node and name in (<names>)
        and spec->>'url' not ilike 'file:%' and spec->>'url' not ilike 'drive:%'
      returning uid\
      """;
  private static final String IS_THERE =
      """
      select from node where node.name = %s and left_at is null and seen_at > now() - :stale::interval\
      """;
  private static final String RUNS =
      """
      update resource run set node = :node where kind = 'Run' and node <> :node
        and spec->>'repository' in (<names>)
        and exists (select from resource repository where repository.kind = 'Repository'
          and repository.name = run.spec->>'repository' and repository.node = :node)
        and (coalesce(status->>'state', 'Pending') not in ('Pending', 'Running') or not exists (%s))
      returning uid\
      """
          .formatted(IS_THERE.formatted("run.node"));
  private static final String TASKS =
      """
      update task set node = :node where state in ('Pending', 'Running') and node <> :node
        and resource in (select uid from resource where kind in ('Plan', 'Run') and node = :node)
        and not exists (%s)
      returning id\
      """
          .formatted(IS_THERE.formatted("task.node"));

  private RepositoryMove() {}

  /** To that node, with the unfinished jobs of plans and runs that are there then. */
  public static void to(Transaction transaction, String node, List<String> repositories) {
    Handle handle = transaction.handle();
    if (!repositories.isEmpty()) {
      signal(
          transaction,
          Signal.Topic.WISH,
          handle.createQuery(REPOSITORIES).bind("node", node).bindList("names", repositories));
      signal(
          transaction,
          Signal.Topic.WISH,
          handle
              .createQuery(RUNS)
              .bind("node", node)
              .bind("stale", STALE)
              .bindList("names", repositories));
    }
    signal(
        transaction,
        Signal.Topic.TASK,
        handle.createQuery(TASKS).bind("node", node).bind("stale", STALE));
  }

  /** Whether only the node whose disks they are gets to its copies. */
  public static boolean isOnDisks(RepositorySpec repository) {
    return repository.url().startsWith("file:") || DriveUrl.is(repository.url());
  }

  /** Whether an instance on that node is there, or was a moment ago. */
  static boolean isThere(Handle handle, String node) {
    return handle
        .createQuery("select exists (%s)".formatted(IS_THERE.formatted(":node")))
        .bind("node", node)
        .bind("stale", STALE)
        .mapTo(Boolean.class)
        .one();
  }

  private static void signal(Transaction transaction, Signal.Topic topic, Query moved) {
    moved.mapTo(UUID.class).list().forEach(uid -> transaction.signal(topic, uid));
  }
}
