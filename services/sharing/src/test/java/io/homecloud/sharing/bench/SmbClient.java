package io.homecloud.sharing.bench;

import io.homecloud.testkit.bench.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** smbclient(1). */
record SmbClient(int port, String share, Who who) implements Client {
  private static final Shell SHELL = new Shell();

  @Override
  public void write(List<Path> files) {
    ask(
        "lcd %s; %s"
            .formatted(
                files.getFirst().getParent(),
                files.stream()
                    .map(f -> "put " + f.getFileName())
                    .collect(Collectors.joining(";"))));
  }

  @Override
  public void read(List<String> names, Path into) {
    ask(
        "lcd %s; %s"
            .formatted(
                into, names.stream().map(name -> "get " + name).collect(Collectors.joining(";"))));
  }

  @Override
  public void list() {
    ask("ls");
  }

  private void ask(String commands) {
    SHELL.run(
        "smbclient",
        "//127.0.0.1/" + share,
        "--port=" + port,
        "--user=" + who.account() + "%" + who.password(),
        "--command=" + commands);
  }
}
