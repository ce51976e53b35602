package io.homecloud.storage.diff;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.diff.ChangeLists.Answer;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.snapshot.change.ChangeList;
import io.homecloud.storage.snapshot.change.ChangeTotals;
import io.homecloud.storage.snapshot.change.Detail;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what differs, page by page. */
final class Comparing {
  /** The word for the volume as it is, in place of another snapshot's name. */
  static final String NOW = "now";

  private static final String COPIES = "copies";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SnapshotFeature snapshots;
  private final ChangeLists lists;
  private final Compared compared;

  Comparing(SnapshotFeature snapshots, ChangeLists lists, Compared compared) {
    this.snapshots = snapshots;
    this.lists = lists;
    this.compared = compared;
  }

  DiffPage page(Name name, @Nullable String with, @Nullable String whom, Asked asked) {
    if (with == null || with.isEmpty()) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "with is missing: the name of another snapshot of the volume, or now.");
    }
    Detail detail = detail(with, whom);
    int limit = asked.limit();
    Resource<SnapshotSpec, SnapshotStatus> from = snapshots.taken(name);
    Position position = Position.read(asked.position(), from);
    Duration wait = asked.waiting().isZero() ? PATIENCE : asked.waiting();
    return with.equals(NOW)
        ? withNow(from, position, limit, wait)
        : withSnapshot(from, snapshots.taken(new Name(with)), detail, position, limit, wait);
  }

  private static Detail detail(String with, @Nullable String whom) {
    if (whom == null) {
      return Detail.USUAL;
    }
    if (!whom.equals(COPIES) || with.equals(NOW)) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "for can only be copies, and with is then the name of another snapshot.");
    }
    return Detail.FOR_COPIES;
  }

  private DiffPage withSnapshot(
      Resource<SnapshotSpec, SnapshotStatus> from,
      Resource<SnapshotSpec, SnapshotStatus> to,
      Detail detail,
      Position position,
      int limit,
      Duration wait) {
    Comparison of = new Comparison(from.name().value(), to.name().value());
    if (from.uid().equals(to.uid())) {
      return new DiffPage(
          of.from(),
          of.to(),
          new ChangeTotals(0, 0, 0, 0),
          List.of(),
          Page.upTo(List.of(), null).metadata());
    }
    if (from.parent() == null || !from.parent().equals(to.parent())) {
      throw StorageProblem.SNAPSHOT_OF_ANOTHER_VOLUME.because(
          "Snapshot " + to.name() + " is of volume " + to.spec().volume() + ".");
    }
    ListId id = ListId.of(from.uid(), to.uid(), detail);
    if (position.list() != null && !position.list().equals(id)) {
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }
    return answer(
        of, id, lists.get(id, () -> compared.snapshots(from, to), wait), position.index(), limit);
  }

  /** The first page begins a comparison of its own, so that it shows what was written before it. */
  private DiffPage withNow(
      Resource<SnapshotSpec, SnapshotStatus> from, Position position, int limit, Duration wait) {
    Comparison of = new Comparison(from.name().value(), NOW);
    ListId asked = position.list();
    if (asked == null) {
      ListId id = ListId.now(from.uid());
      return answer(of, id, lists.get(id, () -> compared.withNow(from, wait), wait), 0, limit);
    }
    if (!asked.isNow()) {
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }
    return answer(of, asked, lists.get(asked, wait), position.index(), limit);
  }

  private record Comparison(String from, String to) {}

  private static DiffPage answer(Comparison of, ListId id, Answer answer, long index, int limit) {
    return switch (answer) {
      case Answer.Ready(ChangeList list) -> {
        try (list) {
          yield page(of, id, list, index, limit);
        }
      }
      case Answer.NotYet() ->
          throw StorageProblem.DIFF_UNDER_WAY
              .because("There is much to compare; ask again with this continue.")
              .with("continue", String.valueOf(token(id, index)));
      case Answer.Refused(var why) -> throw StorageProblem.of(why);
      case Answer.Unknown() ->
          throw CommonProblem.CONTINUE_INVALID.because(
              "It is too long ago. Begin again without continue.");
    };
  }

  private static DiffPage page(Comparison of, ListId id, ChangeList list, long index, int limit) {
    List<ChangeView> items = list.page(index, limit).stream().map(ChangeView::of).toList();
    long next = index + items.size();
    return new DiffPage(
        of.from(),
        of.to(),
        list.totals(),
        items,
        next < list.size()
            ? Page.upTo(items, new Position(id, next).text()).metadata()
            : Page.upTo(items, null).metadata());
  }

  private static @Nullable String token(ListId id, long index) {
    return Page.upTo(List.of(), new Position(id, index).text()).metadata().next();
  }

  /**
   * Where a page begins.
   *
   * @param list null for the first page
   */
  private record Position(@Nullable ListId list, long index) {
    static Position read(String text, Resource<SnapshotSpec, SnapshotStatus> from) {
      if (text.isEmpty()) {
        return new Position(null, 0);
      }
      int space = text.indexOf(' ');
      try {
        ListId list = new ListId(text.substring(0, Math.max(0, space)));
        long index = Long.parseLong(text.substring(space + 1));
        if (index >= 0 && list.begins(from.uid())) {
          return new Position(list, index);
        }
      } catch (NumberFormatException e) {
        // answered below like that of another list
      }
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }

    String text() {
      return list == null ? "" : list.value() + " " + index;
    }
  }
}
