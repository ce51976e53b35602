package io.homecloud.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.SecretOffer;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The Secrets that wishes refer to, watched one by one: nobody here may list all of a namespace.
 * Each instance watches for itself, since what is in them is kept beside it and nowhere else.
 */
final class NamedSecrets implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NamedSecrets.class);

  private final ControlPlane plane;
  private final KubernetesClient client;
  private final Api api;
  private final Told told;
  private final SignalledLoop loop;
  private final Map<Name, SharedIndexInformer<Secret>> watched = new TreeMap<>();

  /** Which version each row has taken; to check a password costs a while. */
  private final Map<String, String> taken = new HashMap<>();

  /** Deleted, and not told yet. */
  private final Set<Name> gone = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  NamedSecrets(ControlPlane plane, KubernetesClient client, Api api, Told told) {
    this.plane = plane;
    this.client = client;
    this.api = api;
    this.told = told;
    this.loop =
        new SignalledLoop(
            plane.service() + "-secrets", "secrets wait for the database", this::look);
  }

  void start() {
    if (!plane.secretOffers().isEmpty()) {
      plane.database().subscribe(Signal.Topic.WISH, _ -> loop.wake());
      plane.database().subscribe(Signal.Topic.RESYNC, _ -> loop.wake());
    }
    loop.start();
  }

  @Override
  public synchronized void close() {
    closed = true;
    loop.close();
    watched.values().forEach(SharedIndexInformer::stop);
    watched.clear();
  }

  /** Watches those that are referred to now, and no others; and takes what they hold. */
  private synchronized void look() {
    Set<Name> wanted = new HashSet<>();
    plane.secretOffers().forEach(offer -> wanted.addAll(names(offer)));
    watched
        .entrySet()
        .removeIf(entry -> {
          boolean over = !wanted.contains(entry.getKey());
          if (over) {
            entry.getValue().stop();
          }
          return over;
        });
    for (Name name : wanted) {
      if (gone.remove(name)) {
        plane.secretOffers().forEach(offer -> tellThatItIsGone(offer, name));
      }
      if (!closed) {
        Secret known =
            watched.computeIfAbsent(name, this::watch).getStore().list().stream()
                .findFirst()
                .orElse(null);
        if (known != null) {
          plane.secretOffers().forEach(offer -> take(offer, name, known));
        }
      }
    }
  }

  private <S, T extends Status> Set<Name> names(SecretOffer<S, T> offer) {
    Set<Name> names = new HashSet<>();
    plane
        .resources()
        .all(offer.kind(), Selection.ALL)
        .forEach(row -> names.addAll(offer.use().names(row)));
    return names;
  }

  private SharedIndexInformer<Secret> watch(Name name) {
    return WatchedSecret.watch(
        client,
        api.namespace(),
        name.value(),
        () -> !closed,
        loop::wake,
        () -> {
          LOG.infof("secret %s is gone; what it held last is used on", name);
          gone.add(name);
          loop.wake();
        });
  }

  private <S, T extends Status> void tellThatItIsGone(SecretOffer<S, T> offer, Name name) {
    users(offer, name)
        .forEach(row ->
            tell(
                row,
                "SecretDeleted",
                "Secret %s was deleted, and what was taken of it is used on; make it again, or name another."
                    .formatted(name)));
  }

  private <S, T extends Status> List<Resource<S, T>> users(SecretOffer<S, T> offer, Name name) {
    return plane.resources().all(offer.kind(), Selection.ALL).stream()
        .filter(row -> !row.deleting() && offer.use().names(row).contains(name))
        .toList();
  }

  private <S, T extends Status> void take(SecretOffer<S, T> offer, Name name, Secret secret) {
    Map<String, String> values = new TreeMap<>();
    if (secret.getData() != null) {
      secret
          .getData()
          .forEach((key, value) ->
              values.put(
                  key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    for (Resource<S, T> row : users(offer, name)) {
      String use = row.uid() + " " + row.metadata().generation() + " " + name;
      String version = secret.getMetadata().getUid() + secret.getMetadata().getResourceVersion();
      if (!version.equals(taken.get(use))) {
        try {
          if (isOurs(secret) && !offer.use().mayBeOurs()) {
            throw CommonProblem.FORBIDDEN.because(
                "It is one that homecloud was installed with, and is not for this; make one of your own.");
          }
          offer.use().take(row, name, values);
        } catch (ProblemException problem) {
          LOG.warnf(
              "secret %s cannot be used for %s %s: %s",
              name, row.kind(), row.name(), problem.getMessage());
          tell(
              row,
              "SecretNotUsable",
              "What Secret %s holds now cannot be used, and what was taken of it before stays. %s"
                  .formatted(name, problem.detail()));
        }
        // Not before: what fails otherwise, as a database that is away, is tried again.
        taken.put(use, version);
      }
    }
  }

  /** As the chart labels what it makes. */
  private static boolean isOurs(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null && "homecloud".equals(labels.get("app.kubernetes.io/part-of"));
  }

  /**
   * Whoever has changed it believes that what it held before is over. Said by each instance, which
   * keeps its own, and again at its next start.
   */
  private void tell(Resource<?, ?> row, String reason, String message) {
    try {
      CustomKind.of(plane.service(), row.kind())
          .flatMap(kind -> api.find(kind, row.name().value()))
          .ifPresent(document -> told.tell(document, "Warning", reason, message));
    } catch (ApiAway | ApiRefused lost) {
      LOG.debugf("%s %s is not told: %s", row.kind(), row.name(), lost.getMessage());
    }
  }
}
