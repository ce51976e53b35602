package io.homecloud.backup.plan;

import io.homecloud.backup.repository.RepositoryMove;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import java.util.List;
import java.util.UUID;

/**
 * Plans whose volume was carried to another node go there with it; else nobody would copy it any
 * more, or miss the copies. Their repositories go too when every node gets to them; one on a disk
 * of the node before stays, and the next run says so.
 */
public final class CarriedPlans {
  private static final String PLANS =
      """
      update resource set node = :node, revision = nextval('revision')
      where kind = 'Plan' and node <> :node
        and spec->'sources' @> jsonb_build_array(jsonb_build_object('volume', :volume::text))
      returning uid, spec->>'repository' as repository\
      """;

  private CarriedPlans() {}

  private record Moved(UUID uid, String repository) {}

  /** All plans of a volume to the node that it is on. */
  public static void follow(Transaction transaction, String volume, String node) {
    List<Moved> plans =
        transaction
            .handle()
            .createQuery(PLANS)
            .bind("node", node)
            .bind("volume", volume)
            .map((row, _) ->
                new Moved(row.getObject("uid", UUID.class), row.getString("repository")))
            .list();
    if (!plans.isEmpty()) {
      RepositoryMove.to(
          transaction, node, plans.stream().map(Moved::repository).distinct().toList());
      plans.forEach(plan -> transaction.signal(Signal.Topic.WISH, plan.uid()));
    }
  }
}
