package io.homecloud.host;

/**
 * Sends signals to a process, and never to another that has its number by now: a pidfd holds on to
 * the process while its identity is compared (pidfd_open(2), pidfd_send_signal(2)).
 */
final class Signals {
  /** The same on every architecture, as all system calls since 2019 are. */
  private static final long PIDFD_SEND_SIGNAL = 424;

  private static final long PIDFD_OPEN = 434;

  private Signals() {}

  /** False when that process has ended, or we may not signal it. */
  static boolean send(ProcessIdentity process, Signal signal) {
    int fd = (int) Libc.syscall(PIDFD_OPEN, process.pid(), 0);
    if (fd < 0) {
      return false;
    }
    try {
      return process.lives() && Libc.syscall(PIDFD_SEND_SIGNAL, fd, signal.number()) == 0;
    } finally {
      Libc.close(fd);
    }
  }
}
