package io.homecloud.host;

import java.time.Duration;

/**
 * How late the timed waits of a thread, and of the threads that it starts, may end (prctl(2),
 * PR_SET_TIMERSLACK). The kernel then wakes many of them at once; a wait that somebody else ends is
 * not later than before. For code of others that looks again and again whether there is something
 * to do.
 */
public final class TimerSlack {
  private static final int PR_SET_TIMERSLACK = 29;

  private TimerSlack() {}

  /**
   * Sets it for the calling thread, which must be a platform thread; a kernel that knows no such
   * thing changes nothing.
   */
  public static void ofThisThread(Duration slack) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread would leave it to others");
    }
    int _ = Libc.prctl(PR_SET_TIMERSLACK, slack.toNanos());
  }
}
