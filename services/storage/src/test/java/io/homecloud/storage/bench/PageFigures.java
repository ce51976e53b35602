package io.homecloud.storage.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Stopwatch;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Pages of very many snapshots. */
final class PageFigures {
  private static final int PAGE = 100;
  private static final int WARM_UP = 200;

  private final App app;
  private final int snapshots;
  private final int requests;

  PageFigures(App app, int snapshots, int requests) {
    this.app = app;
    this.snapshots = snapshots;
    this.requests = requests;
  }

  void measure(Report report) throws Exception {
    app.volume("paged");
    double making = Stopwatch.time(() -> VolumeFigures.parallel(app, 0, snapshots, "paged"));
    List<String> pages = pages();
    Random random = new Random(1);
    double[] times = new double[requests];
    for (int i = -WARM_UP; i < requests; i++) {
      String page = pages.get(random.nextInt(pages.size()));
      double time = Stopwatch.time(() -> app.get(page));
      if (i >= 0) {
        times[i] = time;
      }
    }
    report.timed(
        "page of %d of %,d snapshots, p99 of %,d requests".formatted(PAGE, snapshots, requests),
        Stopwatch.percentile(99, times),
        0.020);
    report.note(
        String.format(
            Locale.ROOT,
            "A page takes %.1f ms in the middle. %,d snapshots of one volume were made in %.1f s, %.0f in a second.",
            Stopwatch.median(times) * 1000,
            snapshots,
            making,
            snapshots / making));
  }

  /** Every page's address, found by following them. */
  private List<String> pages() throws Exception {
    List<String> pages = new ArrayList<>();
    String next = "";
    do {
      String page = "snapshots?limit=" + PAGE + next;
      pages.add(page);
      JsonNode answer = app.get(page);
      String token = answer.path("metadata").path("continue").asText("");
      next = token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    } while (!next.isEmpty());
    pages.removeLast();
    return pages;
  }
}
