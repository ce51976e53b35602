package io.homecloud.host;

import java.util.Optional;
import java.util.stream.Stream;

/** Signals that daemons take, by their number on Linux (signal(7)). */
public enum Signal {
  HUP(1),
  INT(2),
  QUIT(3),
  KILL(9),
  USR1(10),
  USR2(12),
  TERM(15);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  static Optional<Signal> named(String name) {
    return Stream.of(values()).filter(s -> s.name().equals(name)).findFirst();
  }

  int number() {
    return number;
  }
}
