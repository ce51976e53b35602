package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.InstallationKey;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an installation, of which all its nodes have the same: else what one has sealed on a
 * pool would be a stranger's when the pool is carried to another. A Secret that nobody changes,
 * made of the files of whoever starts first.
 */
final class KeysSecret implements AutoCloseable {
  static final String NAME = "homecloud-keys";

  private static final Logger LOG = Logger.getLogger(KeysSecret.class);

  private static final int ATTEMPTS = 20;
  private static final long PAUSE_NANOS = 100_000_000;

  private final FirstSecret secret;
  private final Path directory;
  private @Nullable SignalledLoop later;

  /**
   * @param directory for secrets of this process
   */
  KeysSecret(Connection connection, String namespace, Path directory) {
    this.secret =
        new FirstSecret(new Api(connection.client(), namespace, new ObjectMapper()), NAME);
    this.directory = directory;
  }

  /** Has the files there when it returns; when nobody can say now what is in them, later. */
  void start() {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("make " + directory, e);
    }
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        agree();
        return;
      } catch (UncheckedIOException e) {
        // Another process of this machine writes the same files now.
        LOG.debugf("%s", e);
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (ApiAway | ApiRefused e) {
        LOG.warnf("the keys of the installation are those that are here: %s", e.getMessage());
        break;
      }
    }
    SignalledLoop loop =
        new SignalledLoop(
            "installation-keys",
            "the keys of the installation wait for the Kubernetes API",
            this::agree);
    later = loop;
    loop.start();
  }

  @Override
  public void close() {
    if (later != null) {
      later.close();
    }
  }

  private void agree() {
    JsonNode data =
        secret.data(() ->
            Arrays.stream(InstallationKey.values())
                .collect(Collectors.toMap(InstallationKey::file, this::here)));
    for (InstallationKey key : InstallationKey.values()) {
      keep(key, data.path(key.file()));
    }
  }

  private byte[] here(InstallationKey key) {
    try {
      byte[] found = Files.readAllBytes(key.in(directory));
      return key.fits(found) ? found : key.fresh();
    } catch (NoSuchFileException e) {
      return key.fresh();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + key.in(directory), e);
    }
  }

  /** One that was made here before stays beside it, for what it has sealed. */
  private void keep(InstallationKey key, JsonNode encoded) {
    Path file = key.in(directory);
    try {
      byte[] content = Base64.getDecoder().decode(encoded.asText());
      if (!key.fits(content)) {
        LOG.errorf("%s of Secret %s cannot be one; this node has its own", key.file(), NAME);
        return;
      }
      boolean there = Files.exists(file);
      if (there && Arrays.equals(Files.readAllBytes(file), content)) {
        return;
      }
      if (there) {
        LOG.warnf("%s of this node is another than that of all; it stays as .before", file);
        WholeFile.secret(file.resolveSibling(file.getFileName() + ".before"))
            .replace(Files.readAllBytes(file));
      }
      WholeFile.secret(file).replace(content);
    } catch (IllegalArgumentException e) {
      LOG.errorf("%s of Secret %s is not base64; this node has its own", key.file(), NAME);
    } catch (IOException e) {
      throw new UncheckedIOException("keep " + file, e);
    }
  }
}
