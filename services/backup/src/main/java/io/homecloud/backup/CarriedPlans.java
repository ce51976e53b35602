package io.homecloud.backup;

import io.homecloud.control.node.Nodes;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact.VolumeInPlace;
import java.util.List;
import java.util.UUID;

/**
 * Plans whose volume was carried to another node go there with it; else nobody would copy it any
 * more, or miss the copies. Their repository and its runs go too when every node gets to it; one on
 * a disk of the node before stays, and the next run says so. What a node that is still there has
 * begun it ends.
 */
final class CarriedPlans {
  private static final String PLANS =
      """
      update resource set node = :node where kind = 'Plan' and node <> :node
        and spec->'sources' @> jsonb_build_array(jsonb_build_object('volume', :volume::text))
      returning name\
      """;
  private static final String REPOSITORIES =
      """
      update resource set node = :node, generation = generation + 1,
        revision = nextval('revision'), spec = jsonb_set(spec, '{node}', to_jsonb(:node::text)) where kind = 'Repository' and node <> :node
        and spec->>'url' not ilike 'file:%' and spec->>'url' not ilike 'drive:%'
        and name in (select spec->>'repository' from resource where kind = 'Plan' and name in (<plans>))
      returning uid\
      """;
  private static final String RUNS =
      """
      update resource run set node = :node where kind = 'Run' and node <> :node and spec->>'plan' in (<plans>)
        and exists (select from resource repository where repository.kind = 'Repository'
          and repository.name = run.spec->>'repository' and repository.node = :node)
        and (coalesce(status->>'state', 'Pending') not in ('Pending', 'Running') or not exists (
          select from node where node.name = run.node and left_at is null and seen_at > now() - :stale::interval))
      returning uid\
      """;
  private static final String TASKS =
      """
      update task set node = :node where state in ('Pending', 'Running') and node <> :node
        and resource in (select uid from resource where kind in ('Plan', 'Run') and node = :node)
        and not exists (
          select from node where node.name = task.node and left_at is null and seen_at > now() - :stale::interval)
      returning id\
      """;
  private static final String MOVED =
      "select uid from resource where kind = 'Plan' and name in (<plans>)";

  private CarriedPlans() {}

  static void follow(Transaction transaction, VolumeInPlace volume) {
    var handle = transaction.handle();
    List<String> plans =
        handle
            .createQuery(PLANS)
            .bind("node", volume.node())
            .bind("volume", volume.name())
            .mapTo(String.class)
            .list();
    if (plans.isEmpty()) {
      return;
    }
    String stale = Nodes.STALE.toSeconds() + " seconds";
    signal(
        transaction,
        handle
            .createQuery(REPOSITORIES)
            .bind("node", volume.node())
            .bindList("plans", plans)
            .mapTo(UUID.class)
            .list());
    signal(
        transaction,
        handle
            .createQuery(RUNS)
            .bind("node", volume.node())
            .bindList("plans", plans)
            .bind("stale", stale)
            .mapTo(UUID.class)
            .list());
    handle
        .createQuery(TASKS)
        .bind("node", volume.node())
        .bind("stale", stale)
        .mapTo(UUID.class)
        .forEach(task -> transaction.signal(Signal.Topic.TASK, task));
    signal(
        transaction, handle.createQuery(MOVED).bindList("plans", plans).mapTo(UUID.class).list());
  }

  private static void signal(Transaction transaction, List<UUID> uids) {
    uids.forEach(uid -> transaction.signal(Signal.Topic.WISH, uid));
  }
}
