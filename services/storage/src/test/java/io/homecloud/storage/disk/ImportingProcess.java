package io.homecloud.storage.disk;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.sysfs.SysfsDisks;
import io.homecloud.storage.sysfs.SystemRoots;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Imports an image's files in a process of its own, to be killed. Arguments: image, volume. */
final class ImportingProcess {
  static final FileOwner OWNER = new FileOwner(20001, 20001, 0640, 0750);
  static final TaskProgress UNWATCHED =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private ImportingProcess() {}

  @SuppressWarnings("SystemOut") // the answer of a program
  public static void main(String[] arguments) {
    LoopPolicy ours = new LoopPolicy(List.of(), List.of(Path.of(arguments[0])));
    var probe = new BlkidContentProbe(new LocalHost());
    var disks = new SysfsDisks(SystemRoots.REAL, probe, ours, new Mounts()::list);
    DiskId id = disks.find(arguments[0]).orElseThrow().id();
    var request =
        new DiskImport.Request(
            id, Optional.empty(), Path.of(arguments[1]), FilePath.of("old"), OWNER);
    System.out.println(new DiskImport(disks).run(request, UNWATCHED));
  }
}
