package example.starter;

import java.io.IOException;

/** What is forbidden. */
final class ByRuntime {
  void start() throws IOException {
    Runtime.getRuntime().exec(new String[] {"true"});
  }
}
