package io.homecloud.sharing.bench;

import io.homecloud.testkit.bench.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** curl(1), which does all that one call is asked for by one connection. */
record DavClient(int port, String path, Who who) implements Client {
  private static final Shell SHELL = new Shell();

  @Override
  public void write(List<Path> files) throws IOException {
    ask(
        files.stream()
            .map(file -> pair("upload-file", file, file.getFileName().toString()))
            .collect(Collectors.joining()));
  }

  @Override
  public void read(List<String> names, Path into) throws IOException {
    ask(
        names.stream()
            .map(name -> pair("output", into.resolve(name), name))
            .collect(Collectors.joining()));
  }

  @Override
  public void list() throws IOException {
    ask("request = PROPFIND\nheader = \"Depth: 1\"\n" + pair("output", Path.of("/dev/null"), ""));
  }

  private String pair(String what, Path file, String name) {
    return "%s = \"%s\"\nurl = \"https://127.0.0.1:%d%s%s\"\n"
        .formatted(what, file, port, path, name);
  }

  private void ask(String wishes) throws IOException {
    Path file = Files.createTempFile("bench", ".curl");
    try {
      Files.writeString(
          file,
          "silent\nshow-error\nfail\ninsecure\nheader = \"Expect:\"\nuser = \"%s:%s\"\n%s"
              .formatted(who.account(), who.password(), wishes));
      SHELL.run("curl", "--config", file.toString());
    } finally {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
