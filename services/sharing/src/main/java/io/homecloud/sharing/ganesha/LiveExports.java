package io.homecloud.sharing.ganesha;

import io.homecloud.sharing.ganesha.GaneshaBus.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a running Ganesha exports, brought from one list to another, export by export: an export
 * that stays as it is hears nothing of it, and one whose clients or level change goes on.
 */
final class LiveExports {
  private final GaneshaBus bus;
  private final Path old;
  private final Path next;
  private final boolean certain;
  private final Map<Integer, Export> live = new LinkedHashMap<>();
  private final Deque<Undo> done = new ArrayDeque<>();

  private interface Undo {
    Answer call() throws IOException;
  }

  /**
   * @param known what Ganesha was told last
   * @param certain whether it also took all of it; at its start it does without what it refuses
   * @param old the configuration file with that
   * @param next the one with what is wished
   */
  LiveExports(GaneshaBus bus, List<Export> known, boolean certain, Path old, Path next)
      throws IOException {
    this.bus = bus;
    this.certain = certain;
    this.old = old;
    this.next = next;
    Set<Integer> there = new HashSet<>(bus.exports());
    for (Export export : known) {
      if (there.remove(export.id())) {
        live.put(export.id(), export);
      }
    }
    for (int foreign : there) {
      bus.remove(foreign);
    }
  }

  /**
   * Everything but what only goes. Where Ganesha refuses, all is as it was.
   *
   * @return its words; empty when it refused nothing
   */
  String bring(List<Export> wished) throws IOException {
    for (Export export : wished) {
      Export now = live.get(export.id());
      String refused = "";
      if (now != null && now.sameTree(export)) {
        if (!certain || !now.equals(export)) {
          refused = update(export);
        }
      } else {
        refused = makeRoom(export);
        if (refused.isEmpty()) {
          refused = add(export);
        }
      }
      if (!refused.isEmpty()) {
        undo();
        return refused;
      }
    }
    return "";
  }

  /** Takes away what is not wished; shares before their volumes. */
  void prune(List<Export> wished) throws IOException {
    List<Export> gone = new ArrayList<>(live.values());
    gone.removeAll(wished);
    gone.sort((a, b) -> Boolean.compare(b.share().isPresent(), a.share().isPresent()));
    for (Export export : gone) {
      bus.remove(export.id());
      live.remove(export.id());
    }
  }

  private String update(Export export) throws IOException {
    String refused = words(bus.update(next, export.id()));
    done.push(() -> bus.update(old, export.id()));
    live.put(export.id(), export);
    return refused;
  }

  private String add(Export export) throws IOException {
    String refused = words(bus.add(next, export.id()));
    if (refused.isEmpty()) {
      done.push(() -> bus.remove(export.id()));
      live.put(export.id(), export);
    }
    return refused;
  }

  /** Of the same number or name there is one at a time. */
  private String makeRoom(Export export) throws IOException {
    for (Export other : List.copyOf(live.values())) {
      if (other.id() == export.id() || other.pseudo().equals(export.pseudo())) {
        String refused = words(bus.remove(other.id()));
        if (!refused.isEmpty()) {
          return refused;
        }
        live.remove(other.id());
        done.push(() -> bus.add(old, other.id()));
      }
    }
    return "";
  }

  private void undo() throws IOException {
    while (!done.isEmpty()) {
      done.pop().call();
    }
  }

  private static String words(Answer answer) {
    return switch (answer) {
      case Answer.Refused(String words) ->
          words.isBlank() ? "refused without a word" : words.strip();
      case Answer.Done _ -> "";
    };
  }
}
