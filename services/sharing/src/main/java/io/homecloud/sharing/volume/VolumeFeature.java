package io.homecloud.sharing.volume;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ask.Away;
import io.homecloud.control.sign.ServiceTokens;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.inbox.Inbox;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What is known of volumes, assembled. */
public final class VolumeFeature implements AutoCloseable {
  private final KnownVolumes known;
  private final StorageClient client;
  private final Storage storage;
  private final SignalledLoop reading;
  private volatile Supplier<Optional<URI>> base;
  private boolean started;
  private boolean closed;

  /**
   * @param data below which storage mounts pools and volumes
   * @param base where storage answers; empty when it is in this process
   */
  public VolumeFeature(
      ControlPlane plane,
      Path data,
      KnownRows rows,
      StorageEvents.Touched touched,
      Optional<URI> base,
      ServiceTokens tokens) {
    this.base = () -> base;
    this.known = new KnownVolumes(plane.database(), data);
    this.client = new StorageClient(plane.json(), () -> this.base.get(), tokens::token);
    this.storage = new Storage(plane.database(), known, rows, client, touched, plane.node());
    this.reading =
        new SignalledLoop("sharing-storage", "what storage has is not read yet", this::read);
  }

  /** What is to be done about storage's events. */
  public static Map<String, Inbox.Handler> handlers(KnownRows rows, StorageEvents.Touched touched) {
    return new StorageEvents(rows, touched).handlers();
  }

  /** Where storage answers; empty while that is not known yet. */
  public Optional<URI> storageUrl() {
    return base.get();
  }

  /** Storage itself. */
  public StorageClient client() {
    return client;
  }

  public KnownVolumes known() {
    return known;
  }

  public Storage finder() {
    return storage;
  }

  /**
   * This process answers from now on; events that came before it was there for the first time, or
   * that Kafka lost, are made up for.
   *
   * @param here where it answers
   */
  public synchronized void start(Supplier<Optional<URI>> here) {
    if (base.get().isEmpty()) {
      base = here;
    }
    if (!closed) {
      started = true;
      reading.start();
    }
  }

  private void read() {
    try {
      storage.readAll();
    } catch (Away e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (started) {
      reading.close();
    }
    client.close();
  }
}
