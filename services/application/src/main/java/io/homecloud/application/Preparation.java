package io.homecloud.application;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What must be done before the services of a process start, by a module that knows where an
 * installation of its kind has its keys and its identity. Found by {@link java.util.ServiceLoader};
 * what it leaves out is made here.
 */
public interface Preparation {
  /**
   * @param data the directory of the installation; {@code secrets} in it is there
   * @throws IOException when the process must not start
   */
  void prepare(Path data, Map<String, String> environment) throws IOException;
}
