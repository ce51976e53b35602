package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Adoption and export, assembled. */
public final class AdoptionFeature implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AdoptionFeature.class);

  /** When to look again at what is in use elsewhere or failed: nobody tells when it would not. */
  private static final List<Duration> PAUSES =
      Stream.of(1, 2, 4, 8, 16, 32, 64).map(Duration::ofSeconds).toList();

  private final ControlPlane plane;
  private final StorageNode node;
  private final AdoptionService adoption;
  private final ExportService export;
  private final CatalogueCheck check;
  private volatile boolean looked;
  private volatile boolean closed;

  /**
   * @param adopted told of a pool that is adopted, while it can be read and is mounted nowhere else
   */
  public AdoptionFeature(
      StorageConfig config,
      ControlPlane plane,
      StorageNode node,
      MountedPools mounted,
      Consumer<MountedPool> adopted) {
    this.plane = plane;
    this.node = node;
    KnownPools known = new KnownPools(config.data());
    InstallationId here = InstallationId.of(config.data(), config.installationId());
    this.adoption = new AdoptionService(plane, node, mounted, here, known, config, adopted);
    this.export =
        new ExportService(plane, node, mounted, known, config.poolRoot(), config.systemRoot());
    this.check = new CatalogueCheck(plane, node);
  }

  /**
   * To be called before the control plane starts. What is ours is adopted when the database is
   * there, and again each time it was away: it may be another one then.
   */
  public void begin() {
    adoption.begin();
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> look());
  }

  @Override
  public void close() {
    closed = true;
    adoption.close();
  }

  /**
   * Adopts what is ours of the disks that are there. Returns at once, and looks again for a while
   * at what is in use elsewhere or failed; without end until disks were looked at once.
   */
  public void look() {
    Thread.ofVirtual()
        .name("storage-adoption")
        .start(() -> {
          do {
            var _ = LettingGo.waitedFor(this::waiting, PAUSES);
          } while (!looked && !closed);
        });
  }

  /** Adopts what can be, and answers why to do so again. */
  private List<String> waiting() {
    if (closed) {
      return List.of();
    }
    try {
      List<PoolId> waiting = adoption.adoptOurs(node.disks().scan()).waiting();
      looked = true;
      return waiting.stream().map(PoolId::toString).toList();
    } catch (RuntimeException e) {
      LOG.warnf("adoption waits: %s", e.getMessage());
      return List.of(e.toString());
    }
  }

  /**
   * What is on pools may not be known yet.
   *
   * @throws io.homecloud.control.problem.ProblemException STARTING until disks were looked at once
   */
  public void requireLooked() {
    if (!looked) {
      throw StorageProblem.STARTING.because(
          "The disks have not been looked at since the start. Try again in a moment.");
    }
  }

  /** What holds the notes on a pool that has just come against what is there. */
  public CatalogueCheck check() {
    return check;
  }

  public AdoptionService adoption() {
    return adoption;
  }

  public ExportService export() {
    return export;
  }
}
