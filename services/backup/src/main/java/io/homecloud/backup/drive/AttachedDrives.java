package io.homecloud.backup.drive;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which file systems are on the disks that storage sees. None is woken for it. */
public final class AttachedDrives {
  private final OtherService storage;
  private final OtherResources reader;
  private final String node;

  /**
   * @param node whose disks can be mounted here
   */
  public AttachedDrives(OtherService storage, ObjectMapper json, String node) {
    this.storage = storage;
    this.reader = new OtherResources(storage, json);
    this.node = node;
  }

  /**
   * A drive that is plugged in.
   *
   * @param type of the file system, as blkid calls it
   * @param device where it is now
   * @param disk its id in storage
   * @param pool of storage that it belongs to
   * @param free whether nothing of the disk is mounted or used otherwise
   */
  public record Drive(
      String uuid,
      String type,
      String label,
      String device,
      String disk,
      @Nullable String pool,
      boolean free) {
    /** For people: its label, or its identity. */
    public String title() {
      return label.isBlank() ? uuid : "\"" + label + "\" (" + uuid + ")";
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record FileSystem(String uuid, String type, String label, String path) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Disk(
      String id,
      String node,
      @Nullable String pool,
      boolean safeToRemove,
      @Nullable List<FileSystem> fileSystems) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Disks(List<Disk> items) {}

  /** All that are here now, by the identities of their file systems. */
  public Map<String, Drive> all() throws Away {
    String body =
        storage
            .get("disks?limit=1000&node=" + node)
            .orElseThrow(() -> new Away("storage tells no disks"));
    Map<String, Drive> drives = new HashMap<>();
    for (Disk disk : reader.read(body, Disks.class).items()) {
      if (!disk.node().equals(node) || disk.fileSystems() == null) {
        continue;
      }
      for (FileSystem found : disk.fileSystems()) {
        drives.putIfAbsent(
            found.uuid(),
            new Drive(
                found.uuid(),
                found.type(),
                found.label(),
                found.path(),
                disk.id(),
                disk.pool(),
                disk.safeToRemove()));
      }
    }
    return drives;
  }
}
