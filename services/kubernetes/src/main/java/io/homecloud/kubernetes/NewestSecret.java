package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.homecloud.control.wish.NodeSecrets;
import io.homecloud.control.wish.NodeSecrets.Dated;
import io.homecloud.control.wish.SecretsOfAll;
import io.homecloud.events.database.SignalledLoop;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A Secret with what was set last, on whichever node: an entry for each, when it was set and what
 * it is, a space between. A node that has a newer one writes it there, one that has an older one,
 * or none, takes it; so a node that comes, or was away, has what the others have.
 */
final class NewestSecret implements SecretsOfAll {
  private static final Logger LOG = Logger.getLogger(NewestSecret.class);

  private final Connection connection;
  private final Api api;
  private final String name;
  private final NodeSecrets secrets;
  private final SignalledLoop loop;
  private @Nullable SharedIndexInformer<Secret> informer;

  NewestSecret(Connection connection, String namespace, String name, NodeSecrets secrets) {
    this.connection = connection;
    this.api = new Api(connection.client(), namespace, new ObjectMapper());
    this.name = name;
    this.secrets = secrets;
    this.loop =
        new SignalledLoop(name, "what is set here or elsewhere (" + name + ") waits", this::agree);
  }

  @Override
  public void start() {
    loop.start();
    informer =
        WatchedSecret.watch(
            connection.client(), api.namespace(), name, () -> true, loop::wake, loop::wake);
  }

  @Override
  public void wake() {
    loop.wake();
  }

  @Override
  public void close() {
    // A thread that was never started cannot be waited for.
    if (informer != null) {
      loop.close();
      informer.stop();
    }
  }

  /** What is newer there is taken, what is newer here is written. */
  synchronized void agree() {
    Optional<ObjectNode> found = api.found(path());
    ObjectNode secret = found.orElseGet(() -> api.newSecret(name));
    ObjectNode data = secret.withObject("/data");
    Map<String, Dated> theirs = decoded(data);
    secrets.take(theirs);
    boolean newer = false;
    for (Map.Entry<String, Dated> ours : secrets.here().entrySet()) {
      Dated known = theirs.get(ours.getKey());
      if (known == null || ours.getValue().set().isAfter(known.set())) {
        data.put(ours.getKey(), encoded(ours.getValue()));
        newer = true;
      }
    }
    if (newer) {
      write(secret, found.isPresent());
    }
  }

  private void write(ObjectNode secret, boolean there) {
    try {
      var _ = there ? api.replace(path(), secret) : api.create(api.inNamespace("secrets"), secret);
    } catch (ApiRefused refused) {
      switch (refused.code()) {
        // Somebody was faster, and what they wrote is looked at first.
        case ApiRefused.CONFLICT -> loop.wake();
        // It would be that again however often it is tried.
        case ApiRefused.INVALID, ApiRefused.TOO_LARGE ->
            LOG.errorf(
                "What was set here does not fit into Secret %s, and other nodes do not have it: %s",
                name, refused.getMessage());
        default -> throw refused;
      }
    }
  }

  @Override
  public synchronized void remove(String key) {
    while (!removed(key)) {
      LOG.debugf("somebody has changed Secret %s just now", name);
    }
  }

  private boolean removed(String key) {
    Optional<ObjectNode> secret = api.found(path());
    if (secret.isEmpty() || secret.get().withObject("/data").remove(key) == null) {
      return true;
    }
    try {
      var _ = api.replace(path(), secret.get());
      return true;
    } catch (ApiRefused refused) {
      if (refused.code() != ApiRefused.CONFLICT) {
        throw refused;
      }
      return false;
    }
  }

  private String path() {
    return api.inNamespace("secrets") + "/" + name;
  }

  /** Whoever can change Secrets may have put anything there. */
  private Map<String, Dated> decoded(ObjectNode data) {
    Map<String, Dated> decoded = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : data.properties()) {
      try {
        byte[] bytes = Base64.getDecoder().decode(entry.getValue().asText());
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
        decoded.put(
            entry.getKey(), new Dated(Instant.parse(parts[0]), parts.length > 1 ? parts[1] : ""));
      } catch (IllegalArgumentException | DateTimeException e) {
        // Without its text, which may be a part of the secret.
        LOG.warnf("%s of Secret %s is none of ours", entry.getKey(), name);
      }
    }
    return decoded;
  }

  private static String encoded(Dated secret) {
    String text = secret.set() + " " + secret.content();
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
