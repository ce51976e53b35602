package io.homecloud.sharing.share.mounts;

import io.homecloud.host.mount.Holder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What became of the wish to have a directory in its place, or gone from it. */
public sealed interface Placed {
  /** It is there. */
  record There(Path at) implements Placed {}

  /** It is there, but can be written still, because somebody has a file open for that. */
  record Written(Path at) implements Placed {}

  /** It is not there, or not any more. */
  record Away() implements Placed {}

  /** It cannot be there, with a sentence that says why. */
  record Not(Why why, String sentence) implements Placed {}

  /** Another one is there, or it is still there, because somebody uses it. */
  record Busy(Path at, List<Holder> holders) implements Placed {
    private static final int NAMED = 5;

    public Busy {
      holders = List.copyOf(holders);
    }

    public String sentence() {
      String who =
          holders.stream().limit(NAMED).map(Holder::sentence).collect(Collectors.joining("; "));
      int others = holders.size() - NAMED;
      return "It is in use"
          + (who.isEmpty() ? "" : ": " + who)
          + (others > 0 ? "; and " + others + " more" : "")
          + ".";
    }
  }

  /** Why it cannot be there, in one word. */
  enum Why {
    VolumeNotMounted,
    DirectoryMissing,
    NotADirectory,
    LinkInPath,
    WrongOwner,
    MountRefused
  }
}
