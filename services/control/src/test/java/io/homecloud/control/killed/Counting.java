package io.homecloud.control.killed;

import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A long job: writes the numbers to {@value #LAST}, a line each, going on from what it finds. */
final class Counting implements TaskHandler {
  static final int LAST = 300;

  private final Path directory;

  Counting(Path directory) {
    this.directory = directory;
  }

  @Override
  public String action() {
    return "count";
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    Path file = directory.resolve(task.id().toString());
    try {
      String found = Files.exists(file) ? Files.readString(file) : "";
      String whole = found.substring(0, found.lastIndexOf('\n') + 1);
      Files.writeString(file, whole);
      for (int n = (int) whole.lines().count() + 1; n <= LAST; n++) {
        Files.writeString(file, n + "\n", StandardOpenOption.APPEND);
        progress.report(n, LAST, "lines");
        NoteFiles.rest();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TaskResult.Done(null, List.of());
  }
}
