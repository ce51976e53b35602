package io.homecloud.notes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Note;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.control.task.TaskStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A long job: reads a note, for as long as it is wished. */
final class Proofreading implements TaskHandler {
  private static final String ACTION = "proofread";

  private final ObjectMapper json;

  Proofreading(ObjectMapper json) {
    this.json = json;
  }

  /**
   * How it is to be read.
   *
   * @param untilStopped again and again, instead of once
   */
  record Wish(boolean untilStopped) {}

  static TaskStore.Order order(Resource<Note.Spec, Note.Observed> note, Wish wish, String subject) {
    return new TaskStore.Order(
        ACTION,
        new Task.Target(note.uid(), Note.KIND.name(), note.name().value()),
        note.node(),
        "note:" + note.uid(),
        wish,
        subject);
  }

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    try {
      boolean stays = json.readValue(task.parameters(), Wish.class).untilStopped();
      while (stays && !progress.cancelled()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      return progress.cancelled() ? new TaskResult.Stopped() : new TaskResult.Done(null, List.of());
    } catch (InterruptedException e) {
      return new TaskResult.Stopped();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
