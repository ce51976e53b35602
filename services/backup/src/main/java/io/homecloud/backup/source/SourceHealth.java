package io.homecloud.backup.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.homecloud.backup.btrfs.Subvolumes;
import io.homecloud.backup.source.StorageVolumes.VolumeSpec;
import io.homecloud.backup.source.StorageVolumes.VolumeState;
import io.homecloud.backup.tree.DiskSequence;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the volumes are that a plan copies, and the pools that they are in. */
public final class SourceHealth {
  private static final String DEGRADED = "Degraded";

  private final OtherResources storage;

  public SourceHealth(OtherResources storage) {
    this.storage = storage;
  }

  /**
   * What was found.
   *
   * @param reason one word when a volume is not there; that it was trashed counts most
   * @param sentences about those that are not there
   * @param degraded each pool that lacks a disk or has one that fails, and since when, as one text
   * @param together those that are on the file system that they are copied to
   * @param nested those that have subvolumes in them, which no snapshot has
   */
  public record Health(
      @Nullable String reason,
      List<String> sentences,
      List<String> degraded,
      List<Name> together,
      List<Name> nested) {
    public Health {
      sentences = List.copyOf(sentences);
      degraded = List.copyOf(degraded);
      together = List.copyOf(together);
      nested = List.copyOf(nested);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record TrashSpec(Name volume) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Nothing(@Nullable String nothing) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record PoolState(@Nullable List<Condition> conditions) {}

  /**
   * Asks storage.
   *
   * @param pools whether their state is wanted too
   * @param target the directory that they are copied to, when it is one of this node
   */
  public Health of(List<Source> sources, boolean pools, Optional<Path> target) throws Away {
    List<Name> together = new ArrayList<>();
    List<Name> nested = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    Set<Name> poolNames = new HashSet<>();
    boolean trashed = false;
    for (Source source : sources) {
      if (source.copiesInstallation()) {
        continue;
      }
      Name volume = source.volume();
      Optional<Item<VolumeSpec, VolumeState>> found =
          storage.find("volumes", volume, VolumeSpec.class, VolumeState.class);
      if (found.isPresent()) {
        poolNames.add(found.get().spec().pool());
        Optional<Path> mounted =
            Optional.ofNullable(found.get().status()).map(VolumeState::mountPath).map(Path::of);
        if (mounted.isPresent() && Subvolumes.hasInside(mounted.get())) {
          nested.add(volume);
        }
        if (mounted.isPresent()
            && target.filter(there -> DiskSequence.together(mounted.get(), there)).isPresent()) {
          together.add(volume);
        }
      } else if (inTrash(volume)) {
        trashed = true;
        sentences.add(
            "Volume "
                + volume
                + " is in the trash; its copies are kept, and there are new ones when it is restored.");
      } else {
        sentences.add("There is no volume called " + volume + "; its copies are kept.");
      }
    }
    List<String> degraded = new ArrayList<>();
    if (pools) {
      for (Name pool : poolNames) {
        degraded(pool).ifPresent(degraded::add);
      }
    }
    String reason = sentences.isEmpty() ? null : trashed ? "VolumeTrashed" : "VolumeMissing";
    return new Health(reason, sentences, degraded, together, nested);
  }

  private boolean inTrash(Name volume) throws Away {
    return storage.all("trash", TrashSpec.class, Nothing.class).stream()
        .anyMatch(trashed -> trashed.spec().volume().equals(volume));
  }

  private Optional<String> degraded(Name pool) throws Away {
    return storage
        .find("pools", pool, Nothing.class, PoolState.class)
        .flatMap(found ->
            Optional.ofNullable(found.status())
                .flatMap(status -> Optional.ofNullable(status.conditions()))
                .filter(conditions -> Conditions.isTrue(conditions, DEGRADED))
                .flatMap(conditions -> Conditions.find(conditions, DEGRADED))
                .map(condition -> found.metadata().uid() + " " + condition.lastTransitionTime()));
  }
}
