package io.homecloud.backup;

import io.homecloud.testkit.LoopDisks;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A drive: its file system's UUID, and the image that it is when it is unplugged. */
record Drive(String uuid, Path image, Path device) {
  static Drive made(String type, String label, long bytes) {
    LoopDisks disks = BackupHouse.disks();
    String uuid = UUID.randomUUID().toString();
    Path device = disks.disk(bytes, "mkfs." + type, "-q", "-U", uuid, "-L", label);
    return new Drive(uuid, disks.image(device), device);
  }

  Drive unplugged() {
    BackupHouse.disks().awaitUnmounted(device);
    BackupHouse.disks().detach(device);
    return this;
  }

  Drive pluggedIn() {
    return new Drive(uuid, image, BackupHouse.disks().attach(image));
  }

  /** Where the service mounts it. */
  Path place() {
    return BackupHouse.disks().directory().resolve("backup/drives").resolve(uuid);
  }

  boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + place() + " ");
  }

  /** What the status of a set says of it. */
  Object in(Response repository, String what) {
    return repository.path("status.drives.find{it.uuid=='%s'}.%s".formatted(uuid, what));
  }

  /** Pulled out while it is written to: what was on it at this instant. */
  Path pulledOut() throws IOException {
    Path copy = image.resolveSibling(image.getFileName() + ".copy");
    String _ = Shell.must("fsfreeze", "--freeze", place().toString());
    String _ = Shell.must("cp", "--sparse=always", image.toString(), copy.toString());
    String _ = Shell.must("fsfreeze", "--unfreeze", place().toString());
    BackupHouse.disks().vanish(device);
    return copy;
  }

  /** Back after that. */
  Drive back(Path copy) {
    BackupHouse.disks().detach(device);
    return new Drive(uuid, copy, device).pluggedIn();
  }
}
