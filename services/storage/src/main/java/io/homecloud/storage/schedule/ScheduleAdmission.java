package io.homecloud.storage.schedule;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import java.util.UUID;

/** Which schedules may be wished for. */
final class ScheduleAdmission implements Admission<ScheduleSpec, ScheduleStatus> {
  private final ResourceStore store;

  ScheduleAdmission(ResourceStore store) {
    this.store = store;
  }

  @Override
  public Admitted<ScheduleSpec> create(Name name, ScheduleSpec spec) {
    check(spec);
    var volume =
        store
            .find(StorageKinds.VOLUME, spec.volume())
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "There is no volume called " + spec.volume() + "."));
    return new Admitted<>(spec, volume.node(), volume.uid());
  }

  @Override
  public ScheduleSpec change(Resource<ScheduleSpec, ScheduleStatus> before, ScheduleSpec wished) {
    check(wished);
    if (!wished.volume().equals(before.spec().volume())) {
      throw CommonProblem.FIELD_IMMUTABLE.because("Make another schedule for another volume.");
    }
    return wished;
  }

  private static void check(ScheduleSpec spec) {
    if (spec.volume() == null || spec.schedule() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.volume and spec.schedule are needed.");
    }
    try {
      var _ = ScheduleTimes.of(spec, new UUID(0, 0));
    } catch (IllegalArgumentException e) {
      throw StorageProblem.VALUE_INVALID.because(String.valueOf(e.getMessage()));
    }
  }
}
