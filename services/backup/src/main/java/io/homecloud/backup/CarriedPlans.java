package io.homecloud.backup;

import io.homecloud.backup.repository.RepositoryMove;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact.VolumeInPlace;
import java.util.List;
import java.util.UUID;

/**
 * Plans whose volume was carried to another node go there with it; else nobody would copy it any
 * more, or miss the copies. Their repositories go too when every node gets to them; one on a disk
 * of the node before stays, and the next run says so.
 */
final class CarriedPlans {
  private static final String PLANS =
      """
      update resource set node = :node, revision = nextval('revision')
      where kind = 'Plan' and node <> :node
        and spec->'sources' @> jsonb_build_array(jsonb_build_object('volume', :volume::text))
      returning uid, spec->>'repository' as repository\
      """;

  private CarriedPlans() {}

  private record Moved(UUID uid, String repository) {}

  static void follow(Transaction transaction, VolumeInPlace volume) {
    List<Moved> plans =
        transaction
            .handle()
            .createQuery(PLANS)
            .bind("node", volume.node())
            .bind("volume", volume.name())
            .map((row, _) ->
                new Moved(row.getObject("uid", UUID.class), row.getString("repository")))
            .list();
    if (!plans.isEmpty()) {
      RepositoryMove.to(
          transaction, volume.node(), plans.stream().map(Moved::repository).distinct().toList());
      plans.forEach(plan -> transaction.signal(Signal.Topic.WISH, plan.uid()));
    }
  }
}
