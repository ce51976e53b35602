package io.homecloud.embedded.kafka;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * A broker that meets a fault ends its JVM, which is ours, with everything that runs in it. Kafka
 * asks one place to do so; here it is told to tell us instead.
 */
final class BrokerExit {
  private static final Set<BrokerKeeper> KEEPERS = ConcurrentHashMap.newKeySet();

  static {
    Exit.setExitProcedure(BrokerExit::instead);
    Exit.setHaltProcedure(BrokerExit::instead);
    // Their order against our own end is unknown; close() is what stops the broker.
    Exit.setShutdownHookAdder((_, _) -> {});
  }

  private BrokerExit() {}

  /** From now on, the keeper hears of it. */
  static void listen(BrokerKeeper keeper) {
    KEEPERS.add(keeper);
  }

  static void leave(BrokerKeeper keeper) {
    KEEPERS.remove(keeper);
  }

  private static void instead(int status, @Nullable String message) {
    String reason = "exit " + status + (message == null ? "" : ": " + message);
    KEEPERS.forEach(keeper -> keeper.fault(reason));
  }
}
