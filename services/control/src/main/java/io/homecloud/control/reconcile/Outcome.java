package io.homecloud.control.reconcile;

import io.homecloud.control.resource.Status;
import io.homecloud.events.Fact;
import java.time.Duration;
import java.util.List;

/** What a reconciler found when it had done what it could. */
public sealed interface Outcome<T extends Status> {
  /**
   * This is how it is; look again when somebody wishes something else.
   *
   * @param facts what became true, told with the status in one transaction
   */
  record Settled<T extends Status>(T status, List<? extends Fact> facts) implements Outcome<T> {
    public Settled {
      facts = List.copyOf(facts);
    }
  }

  /** This is how it is, and it is to be looked at again after a while even if nobody asks. */
  record LookAgain<T extends Status>(T status, List<? extends Fact> facts, Duration after)
      implements Outcome<T> {
    public LookAgain {
      facts = List.copyOf(facts);
    }
  }

  /** It could not be done now; the status says why. Tried again with growing pauses. */
  record Retry<T extends Status>(T status) implements Outcome<T> {}

  /** Nothing of it is left; the row goes. */
  record Gone<T extends Status>(List<? extends Fact> facts) implements Outcome<T> {
    public Gone {
      facts = List.copyOf(facts);
    }
  }

  /**
   * The row is as it should be: the reconciler has written it itself, for example because a volume
   * became an entry of the trash, or there is nothing to say of it before somebody wakes it.
   */
  record Written<T extends Status>() implements Outcome<T> {}
}
