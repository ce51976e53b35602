package io.homecloud.backup.engine;

import java.util.function.Consumer;

/** Progress over several sources: of one of them, with what those before it came to. */
public final class Summing implements Consumer<CopyProgress> {
  private final CopyProgress before;
  private final Consumer<CopyProgress> listener;
  private volatile CopyProgress last;

  public Summing(CopyProgress before, Consumer<CopyProgress> listener) {
    this.before = before;
    this.listener = listener;
    this.last = before;
  }

  @Override
  public void accept(CopyProgress now) {
    last =
        new CopyProgress(
            before.bytesCopied() + now.bytesCopied(),
            before.filesCopied() + now.filesCopied(),
            before.checked() + now.checked(),
            before.known() + now.known());
    listener.accept(last);
  }

  /** What was told last, from which the next source goes on. */
  public CopyProgress last() {
    return last;
  }
}
