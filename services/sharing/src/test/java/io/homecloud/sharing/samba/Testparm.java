package io.homecloud.sharing.samba;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Samba itself understands of a configuration. */
final class Testparm {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private Testparm() {}

  /** By section and parameter; fails when Samba complains of anything. */
  static Map<String, Map<String, String>> read(SambaFiles files, String text) throws IOException {
    files.create();
    Path file = Files.writeString(files.directory().resolve("smb.conf.test"), text);
    Object result =
        new LocalHost()
            .run(new HostCommand(DEADLINE, "testparm", "--suppress-prompt", file.toString()));
    if (!(result instanceof Exited(int code, String out, String errors))
        || TestparmParser.complaint(code, errors).isPresent()) {
      throw new AssertionError(result);
    }
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    Map<String, String> section = new LinkedHashMap<>();
    for (String line : out.lines().toList()) {
      String[] parts = line.split("=", 2);
      if (line.startsWith("[")) {
        section = new LinkedHashMap<>();
        sections.put(line.substring(1, line.length() - 1), section);
      } else if (parts.length == 2) {
        section.put(parts[0].strip(), parts[1].strip());
      }
    }
    return sections;
  }
}
