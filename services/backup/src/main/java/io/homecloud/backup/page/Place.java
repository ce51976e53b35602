package io.homecloud.backup.page;

import io.homecloud.backup.repository.DriveStatus;
import io.homecloud.backup.repository.RepositoryCheck;
import io.homecloud.backup.repository.RepositoryReconciler;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where copies are.
 *
 * @param said why it cannot be used, or is no good place
 * @param tested what was found just now, when somebody wanted to know
 * @param drives of a set
 */
public record Place(
    String name,
    String where,
    String about,
    @Nullable String said,
    @Nullable String tested,
    List<Drive> drives) {

  /**
   * A drive of a set.
   *
   * @param state whether it is here, and may be unplugged
   * @param mark how that looks
   */
  public record Drive(String name, String about, String state, String mark) {
    static Drive of(DriveStatus drive) {
      String state =
          !drive.present()
              ? "not plugged in"
              : drive.problem() != null
                  ? "cannot be used"
                  : drive.safeToRemove() ? "safe to remove" : "in use: do not unplug it";
      return new Drive(
          drive.label() == null ? drive.uuid() : drive.label() + " (" + drive.uuid() + ")",
          some(
              drive.runs() == null ? null : Words.count(drive.runs(), "copy", "copies"),
              drive.lastRun() == null ? null : "last " + ReadableTime.minute(drive.lastRun()),
              drive.freeBytes() == null ? null : ReadableSize.of(drive.freeBytes()) + " free",
              drive.problem()),
          state,
          !drive.present()
              ? "plain"
              : drive.problem() == null && drive.safeToRemove() ? "" : "off");
    }
  }

  static Place of(
      Resource<RepositorySpec, RepositoryStatus> repository, @Nullable RepositoryCheck check) {
    RepositoryStatus status = repository.status();
    List<DriveStatus> drives =
        status == null || status.drives() == null ? List.of() : status.drives();
    boolean told = check == null ? repository.ready() : check.usable();
    return new Place(
        repository.name().value(),
        repository.spec().url(),
        some(
            status == null || status.runs() == null
                ? null
                : Words.count(status.runs(), "copy", "copies"),
            status == null || status.freeBytes() == null
                ? null
                : ReadableSize.of(status.freeBytes()) + " free"),
        told ? onSystemDisk(repository) : check == null ? message(repository) : check.message(),
        check == null || !check.usable()
            ? null
            : some(
                "Tested just now: it can be reached and read",
                check.runs() == null ? null : Words.count(check.runs(), "copy", "copies")),
        drives.stream().map(Drive::of).toList());
  }

  private static @Nullable String onSystemDisk(Resource<?, ?> repository) {
    return Conditions.find(repository.conditions(), RepositoryReconciler.ON_SYSTEM_DISK)
        .filter(on -> on.status() == Condition.Truth.True)
        .map(Condition::message)
        .orElse(null);
  }

  private static String some(@Nullable String... parts) {
    List<String> some = new ArrayList<>();
    Stream.of(parts).filter(Objects::nonNull).forEach(some::add);
    return String.join(", ", some);
  }

  private static String message(Resource<?, ?> resource) {
    return Conditions.find(resource.conditions(), Condition.READY)
        .map(Condition::message)
        .orElse("It was not looked at yet.");
  }
}
