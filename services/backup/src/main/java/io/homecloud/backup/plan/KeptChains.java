package io.homecloud.backup.plan;

import io.homecloud.backup.engine.Chain;
import io.homecloud.control.Name;
import io.homecloud.control.schedule.Retention.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A chain goes only when every copy in it may go. */
final class KeptChains {
  private KeptChains() {}

  /**
   * The same verdicts, but of a chain in which one stays all stay, and say so.
   *
   * @param chains of the runs whose copies are in one
   */
  static List<Verdict<Name>> judge(List<Verdict<Name>> verdicts, Map<Name, Chain> chains) {
    Map<Chain, Name> kept = new HashMap<>();
    for (Verdict<Name> verdict : verdicts) {
      Chain chain = chains.get(verdict.copy().id());
      if (chain != null && verdict.keeps()) {
        kept.putIfAbsent(chain, verdict.copy().id());
      }
    }
    return verdicts.stream().map(verdict -> judged(verdict, chains, kept)).toList();
  }

  private static Verdict<Name> judged(
      Verdict<Name> verdict, Map<Name, Chain> chains, Map<Chain, Name> kept) {
    Chain chain = chains.get(verdict.copy().id());
    Name by = chain == null ? null : kept.get(chain);
    return by == null || verdict.keeps()
        ? verdict
        : new Verdict<>(verdict.copy(), List.of("one chain with " + by));
  }
}
