package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.source.Source;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskState;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.database.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Orders runs: a run and its task are one wish, in one transaction. */
public final class RunOrders {
  /** Whose runs they are; the value is the plan's name. */
  public static final String LABEL = "homecloud.io/plan";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int LONGEST_PREFIX = 45;

  private static final Map<String, String> GIVE_UP = Map.of("giveUp", "true");

  private static final Duration SOON = Duration.ofMinutes(1);

  private final ControlPlane plane;
  private final Runs runs;
  private final RunStatusFactory statuses;

  RunOrders(ControlPlane plane, Runs runs, RunStatusFactory statuses) {
    this.plane = plane;
    this.runs = runs;
    this.statuses = statuses;
  }

  /** How the run of a plan at that time is called. */
  public static Name name(Name plan, Instant at) {
    String prefix = plan.value();
    return new Name(
        (prefix.length() > LONGEST_PREFIX ? prefix.substring(0, LONGEST_PREFIX) : prefix)
            + "-"
            + STAMP.format(at));
  }

  /**
   * The first second from now on that no run of the plan is called by, and none of another plan
   * that has had its name. Later than those of its runs that were quicker than one a second, also
   * when one between them was deleted: else it would count as older than they, and go first.
   */
  public Instant free(Resource<PlanSpec, PlanStatus> plan, Instant now) {
    Set<Instant> used =
        plane.resources().all(BackupKinds.RUN, Selection.in(plan.uid())).stream()
            .map(run -> run.spec().at())
            .collect(Collectors.toSet());
    Instant at = later(used, now.truncatedTo(ChronoUnit.SECONDS));
    while (used.contains(at)
        || plane.resources().find(BackupKinds.RUN, name(plan.name(), at)).isPresent()) {
      at = at.plusSeconds(1);
    }
    return at;
  }

  /** Without those that a clock which was ahead has left far away. */
  static Instant later(Set<Instant> used, Instant now) {
    return used.stream()
        .filter(at -> !at.isBefore(now) && at.isBefore(now.plus(SOON)))
        .max(Comparator.naturalOrder())
        .map(at -> at.plusSeconds(1))
        .orElse(now);
  }

  /** What is wished of the plan's next run. */
  public RunSpec spec(Resource<PlanSpec, PlanStatus> plan, Instant at) {
    List<Source> sources = new ArrayList<>(plan.spec().sources());
    if (plan.spec().hooks() != null && !plan.spec().hooks().files().isEmpty()) {
      // By their names: a run with others begins with no copy of these.
      sources.add(new Source(Source.DUMPS, null, plan.spec().hooks().files(), List.of("*")));
    }
    return new RunSpec(plan.name(), plan.spec().repository(), sources, at, false, null);
  }

  /** The run of the plan that has not ended. */
  public Optional<Name> underWay(UUID plan) {
    return runs.of(plan).stream().filter(Runs::underWay).map(Resource::name).findFirst();
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException RUN_UNDER_WAY
   */
  public void requireNoneUnderWay(Resource<PlanSpec, PlanStatus> plan) {
    underWay(plan.uid())
        .ifPresent(run -> {
          throw BackupProblem.RUN_UNDER_WAY
              .because("Run " + run + " of this plan is under way; wait for its end or cancel it.")
              .with("run", run.value());
        });
  }

  /** Adds what carries a run out. Runs of one repository come one after another. */
  public void addTask(
      Transaction transaction, UUID run, Name name, RunSpec spec, Look look, String by) {
    addTask(transaction, run, plane.node(), name, spec, look.parameters(), by);
  }

  private void addTask(
      Transaction transaction,
      UUID run,
      String node,
      Name name,
      RunSpec spec,
      Map<String, String> parameters,
      String by) {
    UUID repository =
        plane
            .resources()
            .find(BackupKinds.REPOSITORY, spec.repository())
            .map(Resource::uid)
            .orElse(run);
    Task _ =
        plane
            .tasks()
            .add(
                transaction,
                UUID.randomUUID(),
                new TaskStore.Order(
                    RunTask.ACTION,
                    new Task.Target(run, BackupKinds.RUN.name(), name.value()),
                    node,
                    "repository:" + repository,
                    parameters,
                    by));
  }

  /** Whether a run that is paused is gone on with already, or is being paused just now. */
  public boolean goesOn(Resource<RunSpec, RunStatus> run) {
    return !plane.tasks().unfinished(run.uid()).isEmpty();
  }

  /**
   * Has a run that is paused gone on with; nothing when it is already.
   *
   * @return false when it is to be looked at again in a moment: who paused it is about to end
   */
  public boolean goOn(Resource<RunSpec, RunStatus> run) {
    List<Task> unfinished = plane.tasks().unfinished(run.uid());
    if (unfinished.isEmpty()) {
      ofPaused(
          run.uid(), (transaction, row) -> addTask(transaction, row, Look.CHANGES.parameters()));
    }
    return unfinished.stream().noneMatch(task -> task.state() == TaskState.Running);
  }

  /** Has taken away what a run has copied that is paused, and which then is over. */
  void giveUp(UUID run) {
    ofPaused(
        run,
        (transaction, row) -> {
          plane.resources().observe(transaction, run, statuses.cancelling(row), List.of());
          addTask(transaction, row, GIVE_UP);
        });
  }

  /** Whether it only does that. */
  static boolean givesUp(Task task) {
    return task.parameters().contains("\"giveUp\"");
  }

  /** Who wants it gone on with, and who does not want it any more, do so one after the other. */
  private void ofPaused(UUID run, BiConsumer<Transaction, Resource<RunSpec, RunStatus>> work) {
    plane
        .resources()
        .useTransaction(transaction ->
            plane
                .resources()
                .lock(transaction.handle(), BackupKinds.RUN, run)
                .filter(Runs::paused)
                .ifPresent(row -> work.accept(transaction, row)));
  }

  private void addTask(
      Transaction transaction, Resource<RunSpec, RunStatus> run, Map<String, String> parameters) {
    // On the node of its volumes and hooks, whichever was asked.
    addTask(
        transaction,
        run.uid(),
        run.node(),
        run.name(),
        run.spec(),
        parameters,
        "plan:" + run.spec().plan());
  }

  /**
   * The run of a due time, unless one is under way; its uid is made of both, so that a repetition
   * after a crash is none.
   */
  public void orderDue(Resource<PlanSpec, PlanStatus> plan, Instant due, Instant now) {
    orderFor(plan, due.toString(), now);
  }

  /**
   * The run for something that happened, as above.
   *
   * @param occasion the same text whenever it is the same
   */
  public void orderFor(Resource<PlanSpec, PlanStatus> plan, String occasion, Instant now) {
    UUID uid =
        UUID.nameUUIDFromBytes((plan.uid() + " " + occasion).getBytes(StandardCharsets.UTF_8));
    if (runs.find(uid).isPresent() || underWay(plan.uid()).isPresent()) {
      return;
    }
    Instant at = free(plan, now);
    Name name = name(plan.name(), at);
    RunSpec spec = spec(plan, at);
    String by = "plan:" + plan.name();
    plane
        .resources()
        .useTransaction(transaction -> {
          var _ =
              plane
                  .resources()
                  .create(
                      transaction,
                      BackupKinds.RUN,
                      new ResourceStore.Draft<>(
                          uid,
                          name,
                          plan.node(),
                          plan.uid(),
                          Map.of(LABEL, plan.name().value()),
                          spec,
                          by));
          addTask(transaction, uid, name, spec, Look.CHANGES, by);
        });
  }
}
