package io.homecloud.notes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What is logged as an error while it is open, by anybody in this process but the broker and its
 * clients, who complain of each other when they like.
 */
final class LoggedErrors extends Handler implements AutoCloseable {
  private static final List<String> PASSED_OVER =
      List.of("io.smallrye.reactive.messaging", "org.apache.kafka", "kafka");

  private final List<String> lines = new CopyOnWriteArrayList<>();

  LoggedErrors() {
    setLevel(Level.SEVERE);
    Logger.getLogger("").addHandler(this);
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public void publish(LogRecord told) {
    String logger = String.valueOf(told.getLoggerName());
    if (told.getLevel().intValue() >= Level.SEVERE.intValue()
        && PASSED_OVER.stream().noneMatch(logger::startsWith)) {
      lines.add(logger + ": " + told.getMessage() + " " + told.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(this);
  }
}
