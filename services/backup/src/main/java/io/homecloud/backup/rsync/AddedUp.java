package io.homecloud.backup.rsync;

import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.RunMark.Contents;
import java.util.function.Consumer;

/** What several programs, one after another, have copied for the same copy. */
final class AddedUp implements Consumer<CopyProgress> {
  private final Consumer<CopyProgress> listener;
  private CopyProgress before = CopyProgress.NONE;
  private volatile CopyProgress last = CopyProgress.NONE;

  AddedUp(Consumer<CopyProgress> listener) {
    this.listener = listener;
  }

  @Override
  public void accept(CopyProgress now) {
    last =
        new CopyProgress(
            before.bytesCopied() + now.bytesCopied(),
            before.filesCopied() + now.filesCopied(),
            now.checked(),
            now.known(),
            now.all(),
            now.bytesKnown());
    listener.accept(last);
  }

  /** Whether this program has copied anything. */
  boolean moved() {
    return last.bytesCopied() > before.bytesCopied();
  }

  /** Another program begins, which counts from nothing. */
  void startedAnew() {
    before = new CopyProgress(last.bytesCopied(), last.filesCopied(), 0, 0);
  }

  /** What the last one tells at its end, with what those before it copied. */
  Copied all(Copied end) {
    return end instanceof Copied.Done(Contents contents)
        ? new Copied.Done(
            new Contents(
                contents.files(),
                contents.bytes(),
                before.filesCopied() + contents.filesCopied(),
                before.bytesCopied() + contents.bytesCopied()))
        : end;
  }
}
