package io.homecloud.storage.catalogue;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.pool.Profile;
import io.homecloud.storage.volume.Mode;
import io.homecloud.storage.volume.Owner;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Resources as somebody may have wished them. */
public final class Wishes {
  /** As Quarkus makes it. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Wishes() {}

  public static Resource<PoolSpec, PoolStatus> pool(String name, PoolId id) {
    return resource(
        StorageKinds.POOL,
        name,
        id.value(),
        null,
        Map.of(),
        new PoolSpec(
            "node1",
            List.of("disk1"),
            Profile.SINGLE,
            Profile.DUP,
            Compression.parse("zstd:3"),
            false));
  }

  public static Resource<VolumeSpec, VolumeStatus> volume(
      String name, MountedPool pool, Map<String, String> labels) {
    return resource(
        StorageKinds.VOLUME, name, UUID.randomUUID(), pool.id().value(), labels, volumeSpec());
  }

  public static VolumeSpec volumeSpec() {
    return new VolumeSpec(
        new Name("home"),
        VolumeSpec.Backend.btrfs,
        Quantity.parse("10Gi"),
        Compression.parse("zstd"),
        new Owner(1000, 1000),
        new Mode(0750),
        VolumeSpec.DeletionPolicy.Retain,
        false,
        "Files of the family",
        null);
  }

  public static <S, T extends Status> Resource<S, T> resource(
      Kind<S, T> kind,
      String name,
      UUID uid,
      @Nullable UUID parent,
      Map<String, String> labels,
      S spec) {
    Instant at = Instant.parse("2026-11-05T10:00:00.123Z");
    Metadata metadata =
        new Metadata(new Name(name), uid, 1, 7, Map.copyOf(labels), at, "somebody", null);
    return new Resource<>(kind.name(), metadata, "node1", parent, spec, null);
  }

  public static <S, T extends Status> Resource<S, T> relabelled(
      Resource<S, T> before, Map<String, String> labels) {
    Metadata was = before.metadata();
    Metadata metadata =
        new Metadata(
            was.name(),
            was.uid(),
            was.generation(),
            was.revision() + 1,
            labels,
            was.creationTimestamp(),
            was.createdBy(),
            null);
    return new Resource<>(
        before.kind(), metadata, before.node(), before.parent(), before.spec(), null);
  }
}
