package io.homecloud.backup.engine;

import java.util.function.Consumer;

/** Progress over several sources: of one of them, with what those before it came to. */
public final class Summing implements Consumer<CopyProgress> {
  private final CopyProgress before;
  private final Consumer<CopyProgress> listener;
  private final boolean only;
  private volatile CopyProgress last;

  /**
   * @param only whether there is no other source: of several nobody knows all before the last
   */
  public Summing(CopyProgress before, Consumer<CopyProgress> listener, boolean only) {
    this.only = only;
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
            before.known() + now.known(),
            only && now.all(),
            only ? now.bytesKnown() : 0);
    listener.accept(last);
  }

  /** What was told last, from which the next source goes on. */
  public CopyProgress last() {
    return last;
  }
}
