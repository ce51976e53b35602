package io.homecloud.backup.drive;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** A copy on a drive, which somebody may pull out meanwhile. */
final class DriveInMaking implements CopyInMaking {
  private static final Logger LOG = Logger.getLogger(DriveInMaking.class);

  private final String drive;
  private final CopyInMaking copy;
  private final Drives drives;

  DriveInMaking(String drive, CopyInMaking copy, Drives drives) {
    this.drive = drive;
    this.copy = copy;
    this.drives = drives;
  }

  @Override
  public String copy() {
    return new DriveCopy(drive, copy.copy()).toString();
  }

  @Override
  public Optional<RunMark> complete() throws IOException {
    return copy.complete();
  }

  @Override
  public void settle() throws IOException {
    copy.settle();
  }

  @Override
  public Made make(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    try {
      Made made = copy.make(order, listener, mark);
      return made instanceof Made.Not && drives.wentAway(drive) ? gone() : made;
    } catch (IOException e) {
      if (drives.wentAway(drive)) {
        LOG.infof("drive %s went away while it was copied to: %s", drive, e.getMessage());
        return gone();
      }
      throw e;
    } finally {
      drives.changed(drive);
    }
  }

  private Made gone() {
    return new Made.Not(
        Trouble.DriveGone,
        "Drive "
            + drive
            + " was unplugged while it was copied to; the copy is made when it is back.");
  }

  @Override
  public void giveUp() throws IOException {
    copy.giveUp();
  }
}
