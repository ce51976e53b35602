package io.homecloud.backup.repository;

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
  private static final String REPOSITORIES =
      """
      update resource set node = :node, generation = generation + 1,
        revision = nextval('revision'), spec = jsonb_set(spec, '{node}', to_jsonb(:node::text))
      where kind = 'Repository' and node <> :node and name in (<names>)
        and spec->>'url' not ilike 'file:%' and spec->>'url' not ilike 'drive:%'
      returning uid\
      """;
  private static final String HOME =
      """
      update resource set node = spec->>'node', revision = nextval('revision') where uid = :uid
      returning uid\
      """;
  private static final String RUNS =
      """
      update resource run set node = :node, revision = nextval('revision')
      where kind = 'Run' and node <> :node
        and spec->>'repository' in (<names>)
        and exists (select from resource repository where repository.kind = 'Repository'
          and repository.name = run.spec->>'repository' and repository.node = :node)
        and (coalesce(status->>'state', 'Pending') not in ('Pending', 'Running') or not exists (
          select from node where node.name = run.node and %s))
      returning uid\
      """
          .formatted(Nodes.HERE);
  private static final String TASKS =
      """
      update task set node = :node where state in ('Pending', 'Running') and node <> :node
        and resource in (select uid from resource where kind in ('Plan', 'Run') and node = :node)
        and not exists (select from node where node.name = task.node and %s)
      returning id\
      """
          .formatted(Nodes.HERE);

  private RepositoryMove() {}

  /**
   * To that node, with the unfinished jobs of plans and runs that are there then.
   *
   * @param repositories their names, at least one
   */
  public static void to(Transaction transaction, String node, List<String> repositories) {
    Handle handle = transaction.handle();
    for (String update : List.of(REPOSITORIES, RUNS)) {
      signal(
          transaction,
          Signal.Topic.WISH,
          handle.createQuery(update).bind("node", node).bindList("names", repositories));
    }
    signal(transaction, Signal.Topic.TASK, handle.createQuery(TASKS).bind("node", node));
  }

  /**
   * One that is on another node than it says, because nobody knew that when a pool brought it back.
   */
  static void home(Transaction transaction, UUID repository) {
    signal(
        transaction,
        Signal.Topic.WISH,
        transaction.handle().createQuery(HOME).bind("uid", repository));
  }

  private static void signal(Transaction transaction, Signal.Topic topic, Query moved) {
    moved.mapTo(UUID.class).list().forEach(uid -> transaction.signal(topic, uid));
  }
}
