package io.homecloud.storage.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.InstallationId;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueFilesTest {
  private final InstallationId installation = new InstallationId(UUID.randomUUID());
  private final CatalogueFiles files = new CatalogueFiles(Wishes.JSON, installation);
  private Path root = Path.of("/");
  private MountedPool pool = new MountedPool(new PoolId(UUID.randomUUID()), root);

  @BeforeEach
  void makePool(@TempDir Path directory) {
    root = directory;
    pool = new MountedPool(new PoolId(UUID.randomUUID()), root);
    files.prepare(pool);
  }

  private Path document(Resource<?, ?> resource) {
    return root.resolve(".homecloud/volumes/" + resource.uid() + ".json");
  }

  @Test
  void aWishIsWrittenAsADocumentThatRootAloneMayRead() throws Exception {
    // Given
    Resource<VolumeSpec, VolumeStatus> volume =
        Wishes.volume("files", pool, Map.of("b", "2", "a", "1"));
    // When
    boolean written = files.put(pool, volume);
    // Then
    assertThat(written).isTrue();
    JsonNode document = Wishes.JSON.readTree(document(volume).toFile());
    assertThat(document.path("format").intValue()).isEqualTo(1);
    assertThat(document.path("installation").textValue()).isEqualTo(installation.toString());
    assertThat(document.path("kind").textValue()).isEqualTo("Volume");
    assertThat(document.path("uid").textValue()).isEqualTo(volume.uid().toString());
    assertThat(document.path("name").textValue()).isEqualTo("files");
    assertThat(document.path("parent").textValue()).isEqualTo(pool.id().toString());
    assertThat(document.path("labels").toString()).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
    assertThat(document.path("spec").path("quota").textValue()).isEqualTo("10Gi");
    assertThat(document.path("generation").longValue()).isEqualTo(1);
    assertThat(document.path("createdBy").textValue()).isEqualTo("somebody");
    assertThat(document.path("released").booleanValue()).isFalse();
    assertThat(Files.getPosixFilePermissions(document(volume)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(root.resolve(".homecloud")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theSameAgainIsNotWritten() throws Exception {
    // Given
    var volume = Wishes.volume("files", pool, Map.of("b", "2", "a", "1", "c", "3"));
    files.put(pool, volume);
    Object inode = Files.getAttribute(document(volume), "unix:ino");
    // When
    boolean again = files.put(pool, volume);
    // Then
    assertThat(again).isFalse();
    assertThat(Files.getAttribute(document(volume), "unix:ino")).isEqualTo(inode);
  }

  @Test
  void aNewProcessIsToldOnceToCommitWhatTheOneBeforeMayNotHave() {
    // Given
    var volume = Wishes.volume("files", pool, Map.of());
    files.put(pool, volume);
    CatalogueFiles restarted = new CatalogueFiles(Wishes.JSON, installation);
    // When
    boolean first = restarted.put(pool, volume);
    boolean second = restarted.put(pool, volume);
    // Then
    assertThat(first).isTrue();
    assertThat(second).isFalse();
  }

  @Test
  void aChangedWishReplacesTheDocumentAndLeavesNothingElse() throws Exception {
    // Given
    var volume = Wishes.volume("files", pool, Map.of());
    files.put(pool, volume);
    // When
    boolean written = files.put(pool, Wishes.relabelled(volume, Map.of("room", "kitchen")));
    // Then
    assertThat(written).isTrue();
    assertThat(Files.readString(document(volume))).contains("\"labels\":{\"room\":\"kitchen\"}");
    assertThat(everyFile()).containsExactly(document(volume));
  }

  private java.util.List<Path> everyFile() throws Exception {
    try (Stream<Path> all = Files.walk(root.resolve(".homecloud"))) {
      return all.filter(path -> !Files.isDirectory(path)).toList();
    }
  }

  @Test
  void whatAProcessLeftThatDiedBeforeTheRenameIsSweptAndTheDocumentIsWhole() throws Exception {
    // Given
    var volume = Wishes.volume("files", pool, Map.of());
    files.put(pool, volume);
    String whole = Files.readString(document(volume));
    Path incoming = root.resolve(".homecloud/new");
    Files.writeString(incoming.resolve("1"), whole.substring(0, 40));
    Files.createSymbolicLink(incoming.resolve("2"), Path.of("/etc/passwd"));
    Files.createDirectory(incoming.resolve("3"));
    CatalogueFiles restarted = new CatalogueFiles(Wishes.JSON, installation);
    // When
    restarted.put(pool, volume);
    // Then
    assertThat(Files.readString(document(volume))).isEqualTo(whole);
    assertThat(everyFile()).containsExactly(document(volume));
    assertThat(Path.of("/etc/passwd")).exists();
  }

  @Test
  void aReleasedPoolIsMarkedUntilItIsPutAgain() throws Exception {
    // Given
    var wish = Wishes.pool("home", pool.id());
    Path document = root.resolve(".homecloud/pools/" + wish.uid() + ".json");
    files.put(pool, wish);
    // When
    boolean released = files.release(pool, wish);
    // Then
    assertThat(released).isTrue();
    assertThat(Files.readString(document)).contains("\"released\":true");
    assertThat(files.put(pool, wish)).isTrue();
    assertThat(Files.readString(document)).contains("\"released\":false");
  }

  @Test
  void removingIsIdempotent() {
    // Given
    var volume = Wishes.volume("files", pool, Map.of());
    files.put(pool, volume);
    // When
    boolean removed = files.remove(pool, "Volume", volume.uid());
    // Then
    assertThat(removed).isTrue();
    assertThat(document(volume)).doesNotExist();
    assertThat(files.remove(pool, "Volume", volume.uid())).isFalse();
    assertThat(files.remove(pool, "Snapshot", volume.uid())).isFalse();
  }

  @Test
  void aLinkInPlaceOfADocumentIsReplacedAndItsTargetUntouched() throws Exception {
    // Given
    var volume = Wishes.volume("files", pool, Map.of());
    Path outside = Files.writeString(root.resolve("outside"), "mine");
    Files.createDirectories(document(volume).getParent());
    Files.createSymbolicLink(document(volume), outside);
    // When
    files.put(pool, volume);
    // Then
    assertThat(Files.isSymbolicLink(document(volume))).isFalse();
    assertThat(outside).hasContent("mine");
  }

  @Test
  void aLinkInPlaceOfADirectoryIsNotFollowed(@TempDir Path elsewhere) throws Exception {
    // Given
    Path top = Files.createDirectory(root.resolve("top"));
    Files.createSymbolicLink(top.resolve(".homecloud"), elsewhere);
    MountedPool linked = new MountedPool(pool.id(), top);
    var volume = Wishes.volume("files", linked, Map.of());
    // When
    // Then
    assertThatThrownBy(() -> files.put(linked, volume))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("is not a directory");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void nothingIsMadeWhereThePoolIsNotMounted() throws Exception {
    // Given
    Path top = Files.createDirectory(root.resolve("top"));
    MountedPool unmounted = new MountedPool(pool.id(), top);
    var volume = Wishes.volume("files", unmounted, Map.of());
    // When
    // Then
    assertThatThrownBy(() -> files.put(unmounted, volume))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("may not be mounted");
    assertThatThrownBy(() -> files.remove(unmounted, "Volume", volume.uid()))
        .isInstanceOf(StorageFailure.class);
    assertThat(top).isEmptyDirectory();
  }
}
