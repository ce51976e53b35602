package io.homecloud.backup.page;

import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.plan.PlanStatus;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.verify.Proof;
import io.homecloud.backup.verify.Proofs;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan at a glance.
 *
 * @param what is copied, and where to
 * @param wrong sentences about what is wrong; none when all is well
 * @param state all of it in a few words
 * @param bad whether somebody should look after it
 * @param marks what else there is to it
 * @param live the run that is under way
 */
public record PlanCard(
    String name,
    String what,
    @Nullable String lastGood,
    @Nullable String next,
    List<String> wrong,
    String state,
    boolean bad,
    List<String> marks,
    @Nullable Live live) {

  private static final String DRIVE_DUE = "DriveDue";
  private static final String SUSPENDED = "suspended: nothing is copied by itself";

  /** What is said of its newest run is beside that run. */
  static PlanCard aboveItsRuns(
      Resource<PlanSpec, PlanStatus> plan,
      List<Resource<RunSpec, RunStatus>> runs,
      RunTimes times) {
    PlanCard card = of(plan, runs, times);
    return new PlanCard(
        card.name,
        card.what,
        card.lastGood,
        card.next,
        wrong(plan, Optional.empty()),
        card.state,
        card.bad,
        card.marks,
        card.live);
  }

  static PlanCard of(
      Resource<PlanSpec, PlanStatus> plan,
      List<Resource<RunSpec, RunStatus>> runs,
      RunTimes times) {
    Optional<Resource<RunSpec, RunStatus>> newest = times.newest(runs);
    PlanStatus status = plan.status();
    // The plan's status is a moment later.
    Optional<Instant> good = times.lastSuccess(runs);
    String state = state(plan, newest, good.isPresent());
    return new PlanCard(
        plan.name().value(),
        plan.spec().sources().stream().map(PlanCard::source).collect(Collectors.joining(", "))
            + " → "
            + plan.spec().repository(),
        good.map(ReadableTime::minute).orElse(null),
        status == null || status.nextRun() == null ? null : ReadableTime.minute(status.nextRun()),
        wrong(plan, newest),
        state,
        plan.spec().suspended() || !wrong(plan, newest).isEmpty(),
        marks(plan, runs, state),
        newest.filter(Runs::underWay).map(Live::of).orElse(null));
  }

  private static String source(Source source) {
    if (source.copiesInstallation()) {
      return "this installation";
    }
    return source.encodedPath().isEmpty()
        ? source.volume().value()
        : source.volume() + "/" + EncodedText.of(source.encodedPath());
  }

  private static String state(
      Resource<PlanSpec, PlanStatus> plan,
      Optional<Resource<RunSpec, RunStatus>> newest,
      boolean good) {
    if (newest.filter(Runs::underWay).isPresent()) {
      return newest.filter(Runs::waits).isPresent() ? "waiting" : "copying now";
    }
    List<String> wrong = wrong(plan, newest);
    if (!wrong.isEmpty()) {
      return wrong.size() == 1 && Conditions.isTrue(plan.conditions(), DRIVE_DUE)
          ? "a drive is due"
          : "something is wrong";
    }
    if (plan.spec().suspended()) {
      return SUSPENDED;
    }
    return good ? "all is well" : "no copy yet";
  }

  private static List<String> wrong(
      Resource<PlanSpec, PlanStatus> plan, Optional<Resource<RunSpec, RunStatus>> newest) {
    List<String> wrong = new ArrayList<>();
    newest
        .filter(run -> run.status() != null && run.status().state() == RunState.Failed)
        .map(run ->
            "The run of "
                + ReadableTime.minute(run.spec().at())
                + " failed: "
                + message(run.conditions(), Condition.READY))
        .ifPresent(wrong::add);
    newest
        .flatMap(Runs::hookTrouble)
        .map(sentence ->
            "After the run of "
                + ReadableTime.minute(newest.get().spec().at())
                + " something was not done: "
                + sentence)
        .ifPresent(wrong::add);
    if (Conditions.isTrue(plan.conditions(), "Overdue")) {
      wrong.add(message(plan.conditions(), "Overdue"));
    }
    Conditions.find(plan.conditions(), Proofs.VERIFIED)
        .filter(
            verified -> verified.status() == Truth.False || verified.reason().equals("CouldNot"))
        .ifPresent(verified -> wrong.add(verified.message()));
    if (Conditions.find(plan.conditions(), "ClockTrusted")
        .filter(trusted -> trusted.status() == Truth.False)
        .isPresent()) {
      wrong.add(message(plan.conditions(), "ClockTrusted"));
    }
    Conditions.find(plan.conditions(), "SourcesInPlace")
        .filter(sources -> sources.status() == Truth.False)
        .ifPresent(sources -> wrong.add(sources.message()));
    if (Conditions.isTrue(plan.conditions(), "CopiesLess")) {
      wrong.add(message(plan.conditions(), "CopiesLess"));
    }
    if (Conditions.isTrue(plan.conditions(), DRIVE_DUE)) {
      wrong.add(message(plan.conditions(), DRIVE_DUE));
    }
    return wrong;
  }

  private static String message(List<Condition> conditions, String type) {
    return Conditions.find(conditions, type).map(Condition::message).orElse("");
  }

  private static List<String> marks(
      Resource<PlanSpec, PlanStatus> plan, List<Resource<RunSpec, RunStatus>> runs, String state) {
    List<String> marks = new ArrayList<>();
    long copies = runs.stream().filter(Runs::complete).count();
    if (copies > 0) {
      marks.add(Words.count(copies, "copy", "copies"));
    }
    if (plan.spec().suspended() && !state.equals(SUSPENDED)) {
      marks.add("suspended");
    }
    if (Conditions.isTrue(plan.conditions(), "OnSourceDisk")) {
      marks.add("on the disks of what is copied, and lost with them");
    }
    if (Conditions.isTrue(plan.conditions(), "SubvolumesNotCopied")) {
      marks.add("without the btrfs subvolumes that are in its volumes");
    }
    if (Conditions.isTrue(plan.conditions(), "VolumeReplaced")) {
      marks.add("keeps what it has of a volume that was made anew or is not copied any more");
    }
    Proof proof =
        plan.status() == null || plan.status().verification() == null
            ? null
            : plan.status().verification().last();
    marks.add(
        proof == null
            ? "not proven yet"
            : proof.wrong() > 0
                ? Words.files(proof.wrong()) + " wrong"
                : Words.files(proof.files()) + " proven on " + ReadableTime.day(proof.at()));
    return marks.stream().filter(Objects::nonNull).toList();
  }
}
