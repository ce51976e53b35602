package io.homecloud.backup.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.change.Change;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.ask.OtherService.Answer;
import io.homecloud.host.path.RelativePath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What changed between two snapshots of a volume, asked of storage over its API. */
public final class StorageChanges {
  /** So many are held in memory; of more, a scan is about as quick. */
  private static final long MOST = 100_000;

  private static final int PAGE = 1000;
  private static final Duration ANSWER = Duration.ofSeconds(75);
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final OtherService storage;
  private final OtherResources resources;

  public StorageChanges(OtherService storage, ObjectMapper json) {
    this.storage = storage;
    this.resources = new OtherResources(storage, json);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Page(Totals totals, List<Item> items, @Nullable Next metadata) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Totals(long added, long changed, long deleted, long renamed) {
    long all() {
      return added + changed + deleted + renamed;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Item(
      String change,
      String path,
      @Nullable String from,
      String type,
      @Nullable List<String> aspects) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Next(@JsonProperty("continue") @Nullable String next) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Problem(
      @Nullable String type,
      @Nullable String detail,
      @JsonProperty("continue") @Nullable String next) {}

  /** All changes that lead from the one snapshot to the other. */
  public Said<List<Change>> between(Name before, Name now) throws Away {
    List<Change> changes = new ArrayList<>();
    String next = "";
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Answer answer = storage.send("GET", path(before, now, next), null, ANSWER);
      if (answer.status() != 200) {
        Problem problem = resources.read(answer.body(), Problem.class);
        boolean notYet = String.valueOf(problem.type()).endsWith(":diff-under-way");
        if (notYet && System.nanoTime() < end) {
          next = problem.next() == null ? next : problem.next();
          continue;
        }
        return new Said.No<>(
            problem.detail() == null
                ? "Storage answered " + answer.status() + "."
                : problem.detail());
      }
      Page page = resources.read(answer.body(), Page.class);
      if (page.totals().all() > MOST) {
        return new Said.No<>("More than " + MOST + " names have changed.");
      }
      page.items().stream().map(StorageChanges::change).forEach(changes::add);
      String more = page.metadata() == null ? null : page.metadata().next();
      if (more == null) {
        return new Said.Yes<>(changes);
      }
      next = more;
    }
  }

  private static String path(Name before, Name now, String next) {
    return "snapshots/%s/diff?for=copies&wait=60s&limit=%d&with=%s%s"
        .formatted(
            before,
            PAGE,
            now,
            next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
  }

  private static Change change(Item item) {
    RelativePath path = EncodedPath.parse(item.path());
    List<String> aspects = item.aspects() == null ? List.of() : item.aspects();
    return new Change(
        switch (item.change()) {
          case "added" -> Change.Kind.ADDED;
          case "changed" -> Change.Kind.CHANGED;
          case "deleted" -> Change.Kind.DELETED;
          case "renamed" -> Change.Kind.RENAMED;
          default -> throw new IllegalStateException("storage told a " + item.change());
        },
        path,
        item.from() == null ? path : EncodedPath.parse(item.from()),
        item.type().equals("directory"),
        item.type().equals("file") && aspects.contains("content") && !aspects.contains("time"));
  }
}
