package example.starter;

import java.io.IOException;

/** What is forbidden. */
final class ByBuilder {
  void start() throws IOException {
    new ProcessBuilder("true").start();
  }
}
