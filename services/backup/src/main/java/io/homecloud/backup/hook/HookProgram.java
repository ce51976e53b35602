package io.homecloud.backup.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that root has put where hooks are. Who may ask this service for something must not be
 * able to run just anything as root.
 */
sealed interface HookProgram {
  record Is(List<String> argv) implements HookProgram {}

  record Not(String sentence) implements HookProgram {}

  private static boolean ofRootAlone(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0)
        && ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0022) == 0;
  }

  static HookProgram find(Path directory, @Nullable List<String> command) {
    if (command == null || command.isEmpty()) {
      return new Not("there is nothing to do.");
    }
    Path program = directory.resolve(command.getFirst());
    try {
      if (!Files.isRegularFile(program, LinkOption.NOFOLLOW_LINKS)
          || !Files.isExecutable(program)) {
        return new Not("there is no program " + program + ".");
      }
      if (!ofRootAlone(directory) || !ofRootAlone(program)) {
        return new Not(program + " and its directory have to be root's, writable by nobody else.");
      }
    } catch (IOException e) {
      return new Not(program + " cannot be looked at.");
    }
    List<String> argv = new ArrayList<>(command);
    argv.set(0, program.toString());
    return new Is(argv);
  }
}
