package io.homecloud.standalone;

import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long {@code ./homecloud up} takes from the second time on, with its parts, and what the
 * running server holds in memory. What {@code ./homecloud bench up} runs.
 */
final class UpBench {
  private static final int RUNS = 5;
  private static final int REQUESTS = 1000;
  private static final Pattern LINE =
      Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}) .*");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

  private final Map<String, List<Long>> parts = new LinkedHashMap<>();

  private UpBench() {}

  static void main() throws Exception {
    // Where ./homecloud bench has built it.
    Path cache = Path.of(System.getProperty("homecloud.bench.cache", "/var/cache/homecloud"));
    try (LoopDisks disks = new LoopDisks();
        Installed home = new Installed(disks.directory().resolve("data"), cache)) {
      new UpBench().measure(home);
    }
  }

  private void measure(Installed home) throws Exception {
    System.out.println("load of this machine before: " + load());
    home.mustUp("--size", "2G");
    for (int i = 0; i < RUNS; i++) {
      home.homecloud("down");
      once(home);
    }
    System.out.printf("%nSecond up, median of %d (and all), milliseconds%n", RUNS);
    parts.forEach((part, all) ->
        System.out.printf(
            "%-56s %6d   %s%n", part, all.stream().sorted().toList().get(RUNS / 2), all));
    request(home);
    System.out.printf("%nMemory after start and %d requests, summed PSS, MiB%n", REQUESTS);
    new MemoryParts(Long.parseLong(home.pid())).print();
    System.out.println("load of this machine after: " + load());
  }

  private void once(Installed home) throws Exception {
    Instant begun = Instant.now();
    home.mustUp();
    Instant done = Instant.now();
    Instant process =
        ProcessHandle.of(Long.parseLong(home.pid()))
            .orElseThrow()
            .info()
            .startInstant()
            .orElseThrow();
    List<String> log = Files.readAllLines(home.data().resolve("log/homecloud.log"));
    Instant main = last(log, "starting in ");
    Instant serving = last(log, "Listening on");
    Instant flyway = last(log, "FlywayExecutor");
    note("all", begun, done);
    note("the script, before the server", begun, process);
    note("the JVM, until main", process, main);
    note(
        "PostgreSQL (Kafka and the class path beside it)",
        main,
        main.plusMillis(told(home, "PostgreSQL")));
    note(
        "services: Quarkus, connections, until Flyway looks",
        main.plusMillis(told(home, "PostgreSQL")),
        flyway);
    note("services: Flyway and the rest, until HTTP answers", flyway, serving);
    note("the script, until pools and volumes are in place", serving, done);
    note("beside: Kafka answers after main", main, main.plusMillis(told(home, "Kafka")));
  }

  private void note(String part, Instant from, Instant to) {
    parts.computeIfAbsent(part, _ -> new ArrayList<>()).add(Duration.between(from, to).toMillis());
  }

  /** When the log told this last. */
  private static Instant last(List<String> log, String words) {
    String line = log.stream().filter(one -> one.contains(words)).reduce((_, b) -> b).orElseThrow();
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException("no time in: " + line);
    }
    return LocalDateTime.parse(matcher.group(1), TIME).atZone(ZoneId.systemDefault()).toInstant();
  }

  /** Milliseconds that the start told of this part. */
  private static long told(Installed home, String what) throws Exception {
    Matcher matcher =
        Pattern.compile(what + " answers \\(([0-9]+)\\.([0-9]{3}) s\\)")
            .matcher(Files.readString(home.data().resolve("log/start.log")));
    if (!matcher.find()) {
      return 0;
    }
    return Long.parseLong(matcher.group(1)) * 1000 + Long.parseLong(matcher.group(2));
  }

  private static void request(Installed home) throws Exception {
    String token = home.token();
    for (int i = 0; i < REQUESTS; i++) {
      String path = i % 2 == 0 ? "volumes" : "pools/home";
      if (home.get(path, token).statusCode() != 200) {
        throw new IllegalStateException("a request failed");
      }
    }
    home.put("volumes/files/files/figures.txt", "figures");
  }

  private static String load() throws Exception {
    return Files.readString(Path.of("/proc/loadavg")).strip();
  }
}
