package io.homecloud.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proportional memory (PSS, proc_pid_smaps(5)) of a running server and its children, by what it is
 * used for.
 */
final class MemoryParts {
  private static final Pattern MAPPING =
      Pattern.compile("^([0-9a-f]+)-[0-9a-f]+ \\S+ \\S+ \\S+ \\S+ *(.*)$");
  private static final Pattern PSS = Pattern.compile("^Pss: +([0-9]+) kB$");
  private static final Pattern BOUNDS =
      Pattern.compile("\\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)[\\])]");
  private static final double KIBIBYTES_OF_MEBIBYTE = 1024;

  private final long server;
  private final Range heap;
  private final Range code;

  private record Range(long from, long to) {
    boolean contains(long address) {
      return address >= from && address < to;
    }
  }

  MemoryParts(long server) {
    this.server = server;
    heap = bounds("GC.heap_info");
    code = bounds("Compiler.codecache");
  }

  /** In MiB; the whole first. */
  void print() throws IOException {
    Map<String, Long> parts = new TreeMap<>();
    measure(server, parts);
    Map<String, Long> postgres = new TreeMap<>();
    for (ProcessHandle child : ProcessHandle.of(server).orElseThrow().descendants().toList()) {
      measure(child.pid(), postgres);
    }
    long java = sum(parts);
    line("all", java + sum(postgres));
    line("PostgreSQL, all its processes", sum(postgres));
    line("the JVM: all services and Kafka", java);
    parts.forEach((part, size) -> line("  " + part, size));
  }

  private static void line(String what, long kibibytes) {
    System.out.printf("%-60s %7.1f%n", what, kibibytes / KIBIBYTES_OF_MEBIBYTE);
  }

  private static long sum(Map<String, Long> parts) {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void measure(long process, Map<String, Long> parts) throws IOException {
    String part = "";
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process + "/smaps"))) {
        Matcher mapping = MAPPING.matcher(line);
        Matcher size = PSS.matcher(line);
        if (mapping.matches()) {
          part = part(Long.parseUnsignedLong(mapping.group(1), 16), mapping.group(2));
        } else if (size.matches()) {
          parts.merge(part, Long.parseLong(size.group(1)), Long::sum);
        }
      }
    } catch (NoSuchFileException ended) {
      // a connection of PostgreSQL that was closed meanwhile
    }
  }

  private String part(long address, String name) {
    if (name.endsWith(".aot")) {
      return "AOT cache: classes and what they need, from the file";
    }
    if (heap.contains(address)) {
      return "Java heap";
    }
    if (code.contains(address)) {
      return "compiled code";
    }
    if (name.equals("[heap]")) {
      return "malloc";
    }
    return name.startsWith("/") ? "libraries and other files" : "metaspace, stacks and the rest";
  }

  private Range bounds(String command) {
    Matcher bounds = BOUNDS.matcher(ask(command));
    if (!bounds.find()) {
      throw new IllegalStateException("no bounds in the answer to " + command);
    }
    long from = Long.parseUnsignedLong(bounds.group(1), 16);
    long to = from;
    do {
      to = Math.max(to, Long.parseUnsignedLong(bounds.group(2), 16));
    } while (bounds.find());
    return new Range(from, to);
  }

  private String ask(String command) {
    String jcmd = Path.of(System.getProperty("java.home", ""), "bin/jcmd").toString();
    return Script.tool(jcmd, Long.toString(server), command);
  }
}
