package io.homecloud.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.homecloud.host.libc.LibcCall;
import java.lang.foreign.Arena;

/** What the kernel knows of its clock (adjtimex(2)). */
public final class KernelClock {
  private static final LibcCall ADJTIMEX = LibcCall.of("adjtimex", JAVA_INT, ADDRESS);

  /** struct timex has 208 bytes on 64 bits; its first member, the modes, is zero to ask only. */
  private static final long ROOM = 256;

  private static final int TIME_ERROR = 5;

  private KernelClock() {}

  /**
   * Whether something, as NTP or a GPS receiver, keeps it right at this time; false where that
   * cannot be asked, as in some containers.
   */
  public static boolean synchronised() {
    try (Arena arena = Arena.ofConfined()) {
      long state = ADJTIMEX.call(arena.allocate(ROOM, Long.BYTES));
      return state >= 0 && state != TIME_ERROR;
    }
  }
}
