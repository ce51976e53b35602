package io.homecloud.standalone.reference;

import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The modules of this repository. */
public final class OurModules {
  private OurModules() {}

  /** What lies at this place in each module that has it. */
  public static List<Path> existing(String place) {
    List<Path> found = new ArrayList<>();
    Path services = GeneratedPage.repository().resolve("services");
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(services)) {
      for (Path module : modules) {
        if (Files.exists(module.resolve(place))) {
          found.add(module.resolve(place));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }
}
