package io.homecloud.events.database;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** An open transaction and what is to be signalled once it has committed. */
public final class Transaction {
  private final Handle handle;
  private final Set<Signal> signals = new LinkedHashSet<>();
  private final List<Last> last = new ArrayList<>();

  private record Last(UUID subject, Runnable write) {}

  Transaction(Handle handle) {
    this.handle = handle;
  }

  public Handle handle() {
    return handle;
  }

  public void signal(Signal.Topic topic, Object payload) {
    signals.add(new Signal(topic, payload.toString()));
  }

  /**
   * Defers a write that locks a row of the subject to the end of the transaction, where such writes
   * happen in the order of their subjects: two transactions about the same subjects wait for each
   * other instead of deadlocking.
   */
  public void lastly(UUID subject, Runnable write) {
    last.add(new Last(subject, write));
  }

  void finish() {
    last.sort(Comparator.comparing(Last::subject));
    last.forEach(each -> each.write.run());
  }

  Set<Signal> signals() {
    return signals;
  }
}
