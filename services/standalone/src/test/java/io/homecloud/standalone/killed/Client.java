package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.killed.Api.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Somebody who asks for one thing after another and believes what is answered. */
final class Client<T> implements Callable<@Nullable Void> {
  /** How a task that failed is looked at: as the answer of a server that failed. */
  private static final int FAILED = 599;

  private final Api api;
  private final T mine;
  private final List<Operation<T>> operations;
  private final Random random;
  private final Progress progress;
  private boolean stopped;
  private @Nullable Wish unanswered;
  private @Nullable Answer first;

  Client(Api api, T mine, List<Operation<T>> operations, Random random, Progress progress) {
    this.api = api;
    this.mine = mine;
    this.operations = operations;
    this.random = random;
    this.progress = progress;
  }

  /** Goes on until it is over. */
  @Override
  public @Nullable Void call() throws InterruptedException {
    while (!progress.over() && !stopped) {
      var wish = operations.get(random.nextInt(operations.size())).ask(mine);
      if (wish.isPresent()) {
        ask(wish.get());
      }
    }
    return null;
  }

  private void ask(Wish wish) throws InterruptedException {
    Answer answer;
    first = null;
    try {
      first = api.send(wish.request());
      answer = ended(first);
    } catch (IOException e) {
      if (progress.mayEnd()) {
        stopped = true;
        unanswered = wish;
        progress.cut(wish.request());
        return;
      }
      throw new AssertionError("no answer to " + wish.request(), e);
    }
    if (answer.acknowledged()) {
      wish.granted(answer.body());
      progress.granted();
    } else if (wish.declines().contains(answer.status())) {
      wish.declined();
    } else if (progress.mayEnd()) {
      stopped = true;
    } else {
      throw new AssertionError(wish.request() + " was answered " + answer);
    }
  }

  /**
   * Asks again for what the end left without an answer, if that can be repeated: what was begun is
   * answered, and not begun again.
   */
  void repeat(Api again) throws IOException, InterruptedException {
    if (unanswered == null || unanswered.request().key().isEmpty()) {
      return;
    }
    Answer answer = again.send(unanswered.request());
    if (first != null) {
      assertThat(answer.body().path("id")).as("%s", unanswered).isEqualTo(first.body().path("id"));
    }
    assertThat(answer.status()).as("%s: %s", unanswered, answer).isLessThan(500);
    assertThat(answer.body().path("type").asText()).doesNotEndWith(":key-reused");
    boolean done = answer.body().path("state").asText("Completed").equals("Completed");
    if (answer.acknowledged() && done) {
      unanswered.granted(answer.body());
    }
  }

  /** The end of a task, if that is what was answered. */
  private Answer ended(Answer first) throws IOException, InterruptedException {
    Answer answer = first;
    while (answer.body().has("action")) {
      switch (answer.body().path("state").asText()) {
        case "Completed" -> {
          return new Answer(200, answer.body());
        }
        case "Failed", "Cancelled" -> {
          return new Answer(FAILED, answer.body());
        }
        default -> {
          if (progress.over()) {
            throw new IOException("it is over, and the task is not");
          }
          answer = api.send(Request.get("tasks/" + first.body().path("id").asText() + "?wait=20s"));
        }
      }
    }
    return answer;
  }
}
