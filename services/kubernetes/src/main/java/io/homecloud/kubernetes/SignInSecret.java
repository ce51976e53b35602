package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of sign-in, of which all processes of an installation have the same: a Secret, made by
 * whoever starts first, and beside each process the files that everything reads. Keys that are
 * changed in the files of one (sharing changes them) become the Secret, and so the files of all.
 */
final class SignInSecret implements AutoCloseable {
  static final String NAME = "homecloud-sign-in";
  static final String PRIVATE = "sign-in.json";
  static final String PUBLIC = "sign-in-public.json";

  /** What file and Secret had in common last, as public keys; without it a restart forgot it. */
  private static final String COMMON = "sign-in-common.json";

  private static final Logger LOG = Logger.getLogger(SignInSecret.class);

  private final Api api;
  private final Connection connection;
  private final Path directory;
  private final ObjectMapper json = new ObjectMapper();
  private final SignalledLoop loop;
  private final WatchService watch;

  private String common;

  private @Nullable SharedIndexInformer<Secret> informer;

  /**
   * @param directory for secrets of this process
   */
  SignInSecret(Connection connection, String namespace, Path directory) {
    this.connection = connection;
    this.api = new Api(connection.client(), namespace, json);
    this.directory = directory;
    this.loop =
        new SignalledLoop(
            "sign-in-secret", "the keys of sign-in wait for the Kubernetes API", this::agree);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      this.watch = directory.getFileSystem().newWatchService();
      directory.register(
          watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      this.common = common().content();
    } catch (IOException e) {
      throw new UncheckedIOException("watch " + directory, e);
    }
  }

  /** Has the files there when it returns, unless nobody can say now what belongs into them. */
  void start() {
    try {
      agree();
    } catch (RuntimeException later) {
      // Also when another process of this machine writes the same files now.
      LOG.warnf("the keys of sign-in are those that were here last: %s", later.getMessage());
    }
    loop.start();
    Thread.ofVirtual().name("sign-in-files").start(this::watchFiles);
    informer =
        WatchedSecret.watch(
            connection.client(), api.namespace(), NAME, () -> true, loop::wake, loop::wake);
  }

  @Override
  public void close() {
    loop.close();
    if (informer != null) {
      informer.stop();
    }
    try {
      watch.close();
    } catch (IOException e) {
      LOG.debug("the watch of files was closed already", e);
    }
  }

  private void watchFiles() {
    try {
      while (true) {
        WatchKey key = watch.take();
        key.pollEvents();
        key.reset();
        loop.wake();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("files are not watched any more");
    }
  }

  /** Makes file and Secret the same: who has changed since they were the same goes before. */
  private synchronized void agree() {
    Optional<String> file = file();
    Optional<ObjectNode> secret = api.found(path());
    if (secret.isEmpty()) {
      String keys = file.orElseGet(SignInSecret::fresh);
      if (create(keys)) {
        accept(keys);
      }
      return;
    }
    String kept = decoded(secret.get().path("data").path(PRIVATE));
    if (file.isPresent() && !file.get().equals(kept) && publicSet(kept).equals(common)) {
      ObjectNode changed = secret.get();
      changed.set("data", data(file.get()));
      try {
        var _ = api.replace(path(), changed);
      } catch (ApiRefused faster) {
        LOG.debugf("somebody else has changed the keys: %s", faster.getMessage());
        loop.wake();
        return;
      }
      LOG.info("the keys of sign-in have changed here and are those of all now");
      accept(file.get());
      return;
    }
    if (file.isPresent() && file.get().equals(kept)) {
      // Not written again: it may have been changed since it was read.
      publish(kept);
      inCommon(kept);
      return;
    }
    accept(kept);
  }

  private void accept(String keys) {
    try {
      // Public ones first: nothing is signed that nobody can verify.
      publish(keys);
      var _ = WholeFile.secret(directory.resolve(PRIVATE)).write(keys);
    } catch (IOException e) {
      throw new UncheckedIOException("keep the keys of sign-in", e);
    }
    inCommon(keys);
  }

  private WholeFile common() {
    return WholeFile.secret(directory.resolve(COMMON));
  }

  private void inCommon(String keys) {
    common = publicSet(keys);
    try {
      var _ = common().write(common);
    } catch (IOException e) {
      throw new UncheckedIOException("keep what the keys of sign-in are compared with", e);
    }
  }

  private void publish(String keys) {
    try {
      var _ = WholeFile.secret(directory.resolve(PUBLIC)).write(publicSet(keys));
    } catch (IOException e) {
      throw new UncheckedIOException("keep the keys of sign-in", e);
    }
  }

  private Optional<String> file() {
    try {
      return Optional.of(Files.readString(directory.resolve(PRIVATE)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("read the keys of sign-in", e);
    }
  }

  private String path() {
    return api.inNamespace("secrets") + "/" + NAME;
  }

  private boolean create(String keys) {
    ObjectNode secret = api.newSecret(NAME);
    secret.set("data", data(keys));
    try {
      var _ = api.create(api.inNamespace("secrets"), secret);
      return true;
    } catch (ApiRefused faster) {
      if (faster.code() != ApiRefused.CONFLICT) {
        throw faster;
      }
      agree();
      return false;
    }
  }

  private ObjectNode data(String keys) {
    return json.createObjectNode()
        .put(PRIVATE, encoded(keys))
        .put(PUBLIC, encoded(publicSet(keys)));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(JsonNode value) {
    return new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8);
  }

  private static String publicSet(String keys) {
    try {
      return new JsonWebKeySet(keys).toJson(OutputControlLevel.PUBLIC_ONLY);
    } catch (JoseException e) {
      // Without its text, which may be a part of the secret.
      throw new IllegalStateException("the keys of sign-in cannot be used");
    }
  }

  private static String fresh() {
    try {
      EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      byte[] x = key.getECPublicKey().getW().getAffineX().toByteArray();
      key.setKeyId(HexFormat.of().formatHex(x, x.length - 8, x.length));
      key.setUse("sig");
      key.setAlgorithm("ES256");
      return new JsonWebKeySet(List.of(key)).toJson(OutputControlLevel.INCLUDE_PRIVATE);
    } catch (JoseException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }
}
