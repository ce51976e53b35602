package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory for each share of homes with a link to each account's own, by its name: smb.conf can
 * say the name of whoever signed in, and nothing of where the home is.
 */
record HomeLinks(Path directory) {
  void put(List<ServedShare> shares) throws IOException {
    Set<String> wished =
        shares.stream()
            .filter(ServedShare::ofHomes)
            .map(share -> share.uid().toString())
            .collect(Collectors.toSet());
    for (Path old : entries(directory)) {
      if (!wished.contains(old.getFileName().toString())) {
        put(old, Map.of());
        Files.delete(old);
      }
    }
    for (ServedShare share : shares) {
      if (share.ofHomes()) {
        put(Files.createDirectories(directory.resolve(share.uid().toString())), share.homes());
      }
    }
  }

  private static void put(Path directory, Map<Name, Path> homes) throws IOException {
    for (Path old : entries(directory)) {
      String name = old.getFileName().toString();
      if (!Name.valid(name) || !homes.containsKey(new Name(name))) {
        Files.delete(old);
      }
    }
    for (Map.Entry<Name, Path> home : homes.entrySet()) {
      Path link = directory.resolve(home.getKey().value());
      if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(home.getValue())) {
        Path next = directory.resolve(".next");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, home.getValue());
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
