package io.homecloud.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.btrfs.BtrfsTrees;
import io.homecloud.backup.drive.AttachedDrives;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.duplicity.DuplicityEngine;
import io.homecloud.backup.engine.Engines;
import io.homecloud.backup.hook.HookRunner;
import io.homecloud.backup.installation.DatabaseDump;
import io.homecloud.backup.installation.InstallationArchive;
import io.homecloud.backup.installation.InstallationCopies;
import io.homecloud.backup.kept.PlanKeeper;
import io.homecloud.backup.log.RunLogs;
import io.homecloud.backup.plan.PlanFeature;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.SourcePreviews;
import io.homecloud.backup.repository.RepositoryFeature;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.restore.RestoreFeature;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.rsync.RsyncEngine;
import io.homecloud.backup.rsync.RsyncSelection;
import io.homecloud.backup.run.FetchedTrees;
import io.homecloud.backup.run.LatestTime;
import io.homecloud.backup.run.RunFeature;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.search.CopyIndexes;
import io.homecloud.backup.search.CopyListing;
import io.homecloud.backup.search.IndexedRuns;
import io.homecloud.backup.search.RunListing;
import io.homecloud.backup.search.Search;
import io.homecloud.backup.search.StoredFiles;
import io.homecloud.backup.search.SumFile;
import io.homecloud.backup.secret.ClusterSecrets;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.backup.secret.SecretUse;
import io.homecloud.backup.source.PeoplesHomes;
import io.homecloud.backup.source.StorageChanges;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.ssh.SshEngine;
import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.backup.verify.VerifyFeature;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.ask.ThisProcess;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.sign.EndedSignInRows;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.control.sign.ServiceTokens;
import io.homecloud.control.sign.SignedServiceTokens;
import io.homecloud.control.sign.SigningKeys;
import io.homecloud.control.wish.Outside;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Signal;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.outbox.ChannelSender;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.host.LocalHost;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Backup, assembled: its features, and the control plane that drives them. */
@ApplicationScoped
public class BackupControl {
  private final ControlPlane plane;
  private final EndedSignInRows endedSignIns;
  private final OtherService storage;
  private final OtherService sharing;
  private final Drives drives;
  private final RepositoryFeature repositoryFeature;
  private final RunFeature runFeature;
  private final PlanFeature planFeature;
  private final RestoreFeature restoreFeature;
  private final PlanKeeper keeper;
  private final CopyIndexes indexes;
  private final VerifyFeature verifyFeature;
  private final SecretStore secrets;
  private final SecretUse secretUse;

  BackupControl(
      BackupConfig config,
      ObjectMapper json,
      Clock clock,
      EndedSignIns ended,
      @DataSource("backup") javax.sql.DataSource source,
      @Channel("backup-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out,
      Outside outside) {
    this.plane =
        new ControlPlane(
            "backup",
            config.node(),
            source,
            json,
            clock,
            new ChannelSender(out),
            handlers(),
            outside);
    this.endedSignIns = new EndedSignInRows(plane.database(), "backup", clock, ended);
    ServiceTokens tokens = new SignedServiceTokens(new SigningKeys(config.signInKeys()), "backup");
    this.storage =
        new OtherService("storage", () -> config.storageUrl().or(ThisProcess::url), tokens::token);
    this.sharing =
        new OtherService("sharing", () -> config.sharingUrl().or(ThisProcess::url), tokens::token);
    InstallationId installation = InstallationId.of(config.data(), config.installationId());
    LocalHost host = new LocalHost();
    MarkFiles marks = new MarkFiles(json);
    Rsync rsync = new Rsync(host);
    RunTimes times = new RunTimes(plane.plausibleClock());
    LatestTime latest = new LatestTime(times::latest);
    this.indexes =
        new CopyIndexes(
            plane.resources(), plane.node(), this::listing, times, plane.json(), config.own());
    this.secrets = new SecretStore(config.secrets(), json);
    this.secretUse = new SecretUse(plane);
    plane.useSecrets(
        BackupKinds.REPOSITORY, new ClusterSecrets<>(secrets, secretUse, RepositorySpec::secrets));
    plane.useSecrets(BackupKinds.PLAN, new ClusterSecrets<>(secrets, secretUse, PlanSpec::secrets));
    this.drives =
        new Drives(
            new AttachedDrives(storage, json, config.node()),
            config.own().resolve("drives"),
            this::lookAtDrives);
    Engines engines =
        new Engines(
            Map.of(
                RepositorySpec.Engine.rsync,
                new RsyncEngine(
                    new RepositoryDirectory(BtrfsTrees.orLinks(host), marks, latest),
                    rsync,
                    marks,
                    config.own(),
                    run -> new SumFile(indexes.sums(run)),
                    drives,
                    new SshEngine(
                        host,
                        rsync,
                        marks,
                        config.data().resolve("secrets/backup-ssh"),
                        config.own(),
                        run -> new SumFile(indexes.sums(run)),
                        latest)),
                RepositorySpec.Engine.duplicity,
                new DuplicityEngine(
                    host,
                    config.own().resolve("duplicity"),
                    drives,
                    secrets,
                    json,
                    clock,
                    config.duplicityVolume())));
    InstallationCopies installationCopies =
        new InstallationCopies(
            new InstallationArchive(host, config.data(), new DatabaseDump(plane.database())),
            new LinkedTrees(host),
            config.own(),
            installation);
    StorageVolumes volumes = new StorageVolumes(storage, json, installationCopies);
    PeoplesHomes homes = new PeoplesHomes(sharing, json);
    FetchedTrees fetched =
        new FetchedTrees(config.own().resolve("downloads"), new LinkedTrees(host));
    fetched.sweep();
    this.runFeature =
        new RunFeature(
            plane,
            new RepositoryFinder(plane.resources(), engines),
            volumes,
            new StorageChanges(storage, json),
            new HookRunner(
                host,
                secrets,
                marks,
                config.data().resolve("hooks"),
                config.own().resolve("dumps"),
                HookRunner.LARGEST),
            config.runsPerDisk(),
            installation,
            this::isRead,
            new RunLogs(config.own().resolve("logs"), clock),
            fetched);
    this.repositoryFeature =
        new RepositoryFeature(
            plane,
            engines,
            drives,
            new IndexedRuns(runFeature.copies(), indexes),
            config.data(),
            installation);
    this.verifyFeature =
        new VerifyFeature(
            config,
            plane,
            runFeature.files(),
            new StoredFiles(indexes, runFeature.times()),
            rsync,
            volumes,
            new LinkedTrees(host));
    this.planFeature =
        new PlanFeature(
            plane,
            runFeature,
            verifyFeature,
            new SourcePreviews(volumes, new RsyncSelection(host), config.own()),
            volumes,
            repositoryFeature::directory,
            homes);
    this.restoreFeature =
        new RestoreFeature(plane, runFeature.files(), volumes, homes, new LinkedTrees(host));
    this.keeper = new PlanKeeper(plane, storage, repositoryFeature::check, planFeature::check);
  }

  private Map<String, Inbox.Handler> handlers() {
    Map<String, Inbox.Handler> handlers = new HashMap<>(EndedSignInRows.handlers());
    handlers.putAll(StorageEvents.handlers());
    handlers.put(
        Fact.typeOf(StorageFact.PoolCreated.class),
        (transaction, _) -> transaction.signal(Signal.Topic.NODE, ""));
    return handlers;
  }

  /** One is in use, or was let go and may be removed. */
  private void lookAtDrives() {
    plane.resources().all(BackupKinds.REPOSITORY, Selection.on(plane.node())).stream()
        .filter(repository -> DriveUrl.is(repository.spec().url()))
        .forEach(repository -> plane.wake(repository.uid()));
  }

  private CopyListing listing(Resource<RunSpec, RunStatus> run) {
    return RunListing.of(runFeature.files().copy(run));
  }

  private boolean isRead(UUID run) {
    return verifyFeature.reads(run)
        || plane.resources().all(BackupKinds.RESTORE, Selection.in(run)).stream()
            .anyMatch(restore -> restore.status() == null || !restore.status().state().ended());
  }

  void start(@Observes StartupEvent started) {
    endedSignIns.start();
    drives.begin();
    List<Reconciler<?, ?>> reconcilers =
        List.of(
            repositoryFeature.reconciler(),
            planFeature.reconciler(),
            runFeature.reconciler(),
            restoreFeature.reconciler());
    plane.start(
        reconcilers, List.of(runFeature.task(), restoreFeature.task(), verifyFeature.task()));
  }

  /** Now storage answers too, when it is in the same process. */
  void answering(@ObservesAsync HttpServerStart answers) {
    keeper.start();
    runFeature.start();
    indexes.wake();
    lookAtDrives();
  }

  void stop(@Observes ShutdownEvent stopping) {
    endedSignIns.close();
    keeper.close();
    runFeature.close();
    plane.close();
    drives.close();
    indexes.close();
    storage.close();
    sharing.close();
  }

  public PlanKeeper keeper() {
    return keeper;
  }

  public ControlPlane plane() {
    return plane;
  }

  public RepositoryFeature repositoryFeature() {
    return repositoryFeature;
  }

  public RunFeature runFeature() {
    return runFeature;
  }

  public SecretStore secrets() {
    return secrets;
  }

  public SecretUse secretUse() {
    return secretUse;
  }

  public VerifyFeature verifyFeature() {
    return verifyFeature;
  }

  public PlanFeature planFeature() {
    return planFeature;
  }

  public Search search() {
    return new Search(indexes, plane.node());
  }

  public RestoreFeature restoreFeature() {
    return restoreFeature;
  }
}
