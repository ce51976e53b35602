package io.homecloud.sharing.bench;

import io.homecloud.testkit.bench.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A client of NFS 4.1, which the kernels of clients speak: nfs-rs, see {@code ./homecloud bench}.
 *
 * @param export path of it among the server's pseudo file systems, without the leading slash
 */
record Nfs4Client(int port, String export) implements Client {
  private static final String WORK =
      """
      import os, sys
      from nfs_rs import Client

      def copy(source, target):
          while block := source.read(1 << 20):
              while block:
                  block = block[target.write(block):]

      work, url, into, *names = sys.argv[1:]
      with Client.connect(url) as client:
          if work == "list":
              client.listdir()
          for name in names:
              if work == "write":
                  with open(name, "rb") as source, client.open(os.path.basename(name), "wb") as target:
                      copy(source, target)
              else:
                  with client.open(name, "rb") as source, open(os.path.join(into, name), "wb") as target:
                      copy(source, target)
      """;

  private static final Shell SHELL = new Shell();

  @Override
  public void write(List<Path> files) {
    ask("write", "", files.stream().map(Path::toString));
  }

  @Override
  public void read(List<String> names, Path into) {
    ask("read", into.toString(), names.stream());
  }

  @Override
  public void list() {
    ask("list", "", Stream.of());
  }

  private void ask(String work, String into, Stream<String> names) {
    String url =
        "nfs://127.0.0.1/%s?version=4.1&nfsport=%d&noresvport=true".formatted(export, port);
    Stream<String> program =
        Stream.of(System.getProperty("homecloud.test.nfs41", "python3"), "-c", WORK);
    Stream<String> words = Stream.concat(Stream.of(work, url, into), names);
    SHELL.run(Stream.concat(program, words).toArray(String[]::new));
  }
}
