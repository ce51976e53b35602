package io.homecloud.standalone.killed;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of something of which the last answer may have been lost: one state, or several of
 * which one must be true.
 */
final class Known<S> {
  private final List<S> possible = new ArrayList<>();
  private boolean keeping;

  Known(S state) {
    possible.add(state);
  }

  /** The newest state that was asked for. */
  synchronized S newest() {
    return possible.getLast();
  }

  /** Whether there is no doubt about it. */
  synchronized boolean certain() {
    return possible.size() == 1;
  }

  synchronized List<S> possible() {
    return List.copyOf(possible);
  }

  /** It was asked to become this. */
  synchronized void asked(S after) {
    possible.add(after);
  }

  /** It was said to be as asked for. */
  synchronized void acknowledged() {
    if (!keeping) {
      possible.subList(0, possible.size() - 1).clear();
    }
  }

  /** It was said to stay as it was. */
  synchronized void declined() {
    possible.removeLast();
  }

  /** It was seen to be so. */
  synchronized void seen(S state) {
    possible.clear();
    possible.add(state);
  }

  /** From now on it may also stay as it is now, whatever is acknowledged: its disk is copied. */
  synchronized void keep() {
    keeping = true;
  }
}
