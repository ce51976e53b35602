package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.samba.SambaStatusParser.Served;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Has clients open a share anew that has a recycle bin, previous versions or an access log now, or
 * no more: Samba looks for those when a share is opened, and not again while it is. Who has a file
 * open is left alone until that is closed; the others come again by themselves, as after a broken
 * line.
 */
final class Reopening {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(10);

  private final Supplier<Optional<List<Served>>> served;
  private final SambaPrograms programs;
  private final ReentrantLock tools;

  /** Ids of sessions; guarded by the lock, as all below. */
  private final Set<String> waiting = new HashSet<>();

  private Duration next = FIRST;
  private boolean asked;

  /**
   * @param served who is connected; empty when Samba does not tell
   * @param tools held while Samba's tools run
   */
  Reopening(Supplier<Optional<List<Served>>> served, SambaPrograms programs, ReentrantLock tools) {
    this.served = served;
    this.programs = programs;
    this.tools = tools;
  }

  /** Of all who have these open now. */
  void of(Set<Name> shares, Iterable<Served> now) {
    tools.lock();
    try {
      for (Served one : now) {
        Name share = one.session().share();
        if (share != null && shares.contains(share)) {
          waiting.add(one.session().id());
        }
      }
      next = FIRST;
      close(now);
    } finally {
      tools.unlock();
    }
  }

  private void close(Iterable<Served> now) {
    Set<String> busy = new HashSet<>();
    for (Served one : now) {
      if (waiting.contains(one.session().id())
          && (busy(one) || programs.tell(one.process(), "close-share", share(one)).isPresent())) {
        busy.add(one.session().id());
      }
    }
    waiting.retainAll(busy);
    askAgain();
  }

  private void askAgain() {
    if (!waiting.isEmpty() && !asked) {
      asked = true;
      // Not in the common pool: programs that are waited for end by way of that.
      CompletableFuture.delayedExecutor(
              next.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(this::again);
    }
  }

  private static String share(Served one) {
    return Objects.requireNonNull(one.session().share()).value();
  }

  /** A window that shows a directory has that open for as long as it is there. */
  private static boolean busy(Served one) {
    return one.open().stream().anyMatch(file -> !Files.isDirectory(file));
  }

  private void again() {
    tools.lock();
    try {
      asked = false;
      next = next.multipliedBy(2).compareTo(LAST) < 0 ? next.multipliedBy(2) : LAST;
      if (!waiting.isEmpty()) {
        served.get().ifPresentOrElse(this::close, this::askAgain);
      }
    } finally {
      tools.unlock();
    }
  }

  /** Nobody is connected any more. */
  void forget() {
    tools.lock();
    try {
      waiting.clear();
    } finally {
      tools.unlock();
    }
  }
}
