package io.homecloud.sharing.samba;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Samba's own client, as one person. */
public record SmbClient(int port, List<String> options) {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  public static SmbClient as(int port, String account, String password) {
    return new SmbClient(port, List.of("--user=" + account + "%" + password));
  }

  static SmbClient guest(int port) {
    return new SmbClient(port, List.of("--user=%", "--no-pass"));
  }

  SmbClient with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new SmbClient(port, all);
  }

  /**
   * What a client was told.
   *
   * @param said both outputs, in which smbclient mixes answers and errors
   */
  public record Answer(int code, String said) {
    public boolean ok() {
      return code == 0 && !said.contains("NT_STATUS_");
    }
  }

  public Answer run(String share, String commands) {
    return answer("smbclient", "//127.0.0.1/" + share, "--command=" + commands);
  }

  Answer list() {
    return answer("smbclient", "--list=127.0.0.1", "--grepable");
  }

  private Answer answer(String... words) {
    List<String> argv = new ArrayList<>(List.of(words));
    argv.add("--port=" + port);
    argv.add("--timeout=600");
    argv.addAll(options);
    HostResult result = new LocalHost().run(new HostCommand(argv, DEADLINE, Map.of()));
    if (result instanceof Exited(int code, String out, String errors)) {
      return new Answer(code, out + errors);
    }
    throw new IllegalStateException(argv + ": " + result);
  }
}
