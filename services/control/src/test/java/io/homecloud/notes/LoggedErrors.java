package io.homecloud.notes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged as an error while it is open, by anybody in this process. */
final class LoggedErrors extends Handler implements AutoCloseable {
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
    if (told.getLevel().intValue() >= Level.SEVERE.intValue()) {
      lines.add(told.getLoggerName() + ": " + told.getMessage() + " " + told.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(this);
  }
}
