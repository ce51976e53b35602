package io.homecloud.standalone.reference;

import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Environment variables that the script and the services read, with the sentence that stands in a
 * comment where they are used: {@code # HOMECLOUD_X: what it does}, in Java {@code //}. Those with
 * {@code (internal)} before the colon are between our own parts.
 */
record Variables(Set<String> used, Map<String, String> sentences, Set<String> internal) {
  private static final Pattern USE = Pattern.compile("HOMECLOUD_[A-Z_]*[A-Z]");
  private static final Pattern SAID =
      Pattern.compile("(?:#|//) (HOMECLOUD_[A-Z_]*[A-Z])( \\(internal\\))?: (.*)");

  static Variables ofTheSources() throws IOException {
    Variables variables = new Variables(new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
    for (Path file : sources()) {
      String text = Files.readString(file);
      USE.matcher(text).results().map(MatchResult::group).forEach(variables.used::add);
      SAID.matcher(text)
          .results()
          .forEach(said -> {
            variables.sentences.put(said.group(1), said.group(3));
            if (said.group(2) != null) {
              variables.internal.add(said.group(1));
            }
          });
    }
    return variables;
  }

  private static List<Path> sources() throws IOException {
    Path root = GeneratedPage.repository();
    List<Path> files = new ArrayList<>(List.of(root.resolve("homecloud")));
    List<Path> places = new ArrayList<>(List.of(root.resolve("deploy/lib")));
    places.addAll(OurModules.existing("src/main/java"));
    places.addAll(OurModules.existing("src/main/resources"));
    for (Path place : places) {
      try (Stream<Path> below = Files.walk(place)) {
        below
            .filter(file -> file.toString().matches(".*\\.(sh|java|properties)"))
            .forEach(files::add);
      }
    }
    // The test kit is part of no installation.
    files.removeIf(file -> file.startsWith(root.resolve("services/testkit")));
    return files;
  }

  Optional<String> sentence(String variable) {
    return Optional.ofNullable(sentences.get(variable));
  }
}
