package io.homecloud.backup.engine;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.tree.RunMark.Contents;

/** What came of a copy. */
public sealed interface Copied {
  /** Everything is there. */
  record Done(Contents contents) implements Copied {}

  /** Not everything is there; it may be tried again. */
  record Not(Trouble trouble, String sentence) implements Copied {}
}
