package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Who may do what, in files that httpd reads at each request: what is taken away is gone at the
 * next one, with nothing reloaded. Accounts without a password and disabled ones are in none.
 */
final class AccessFiles {
  private static final Logger LOG = Logger.getLogger(AccessFiles.class);

  /** httpd reads lines of at most 8 KiB; a name has at most 63 characters. */
  private static final int NAMES_IN_A_LINE = 100;

  private final OwnDirectory own;

  AccessFiles(OwnDirectory own) {
    this.own = own;
  }

  /** The group of those who may do that much in a share, or more. */
  static String group(Name share, Level level) {
    return share + (level == Level.WRITE ? "-write" : "-read");
  }

  void write(List<ServedShare> shares, List<Person> people) throws IOException {
    List<Person> known =
        people.stream()
            .filter(AccessFiles::canSignIn)
            .sorted(Comparator.comparing(Person::name))
            .toList();
    StringBuilder users = new StringBuilder();
    for (Person person : known) {
      if (person.verifiers() != null) {
        users.append(person.name()).append(':').append(person.verifiers().crypt()).append('\n');
      }
    }
    StringBuilder groups = new StringBuilder();
    for (ServedShare share : shares) {
      group(groups, share, Level.READ, known);
      group(groups, share, Level.WRITE, known);
    }
    OwnDirectory.write(own.access().resolve("users"), users.toString());
    OwnDirectory.write(own.access().resolve("groups"), groups.toString());
    index(shares, known);
  }

  private static boolean canSignIn(Person person) {
    if (!person.enabled() || person.verifiers() == null) {
      return false;
    }
    if (!ConfigText.isVerifier(person.verifiers().crypt())) {
      LOG.warnf("The password of account %s is not in a form that httpd knows", person.name());
      return false;
    }
    return true;
  }

  private static void group(
      StringBuilder text, ServedShare share, Level level, List<Person> people) {
    List<String> members =
        people.stream()
            .filter(p -> share.level(p).compareTo(level) >= 0)
            .map(p -> p.name().value())
            .toList();
    for (int i = 0; i < members.size(); i += NAMES_IN_A_LINE) {
      List<String> some = members.subList(i, Math.min(members.size(), i + NAMES_IN_A_LINE));
      text.append(group(share.name(), level)).append(": ");
      text.append(String.join(" ", some)).append('\n');
    }
  }

  /**
   * For each account a directory with a directory for each share that it may see, as the collection
   * {@code /dav/}; the shares themselves are elsewhere.
   */
  private void index(List<ServedShare> shares, List<Person> people) throws IOException {
    Set<Path> wished = new TreeSet<>();
    wished.add(Path.of("nobody"));
    wished.add(Path.of("by"));
    for (Person person : people) {
      Path by = Path.of("by", person.name().value());
      wished.add(by);
      for (ServedShare share : shares) {
        if (share.hidden() || share.level(person) == Level.NONE) {
          continue;
        }
        Path home = by.resolve(share.name().value());
        if (share.homes().isEmpty()) {
          wished.add(home);
        } else if (share.homes().containsKey(person.name())) {
          wished.add(home);
          wished.add(home.resolve(person.name().value()));
        }
      }
    }
    for (Path old : present()) {
      if (!wished.contains(own.index().relativize(old))) {
        Files.deleteIfExists(old);
      }
    }
    for (Path path : wished) {
      Files.createDirectories(own.index().resolve(path));
    }
  }

  /** The innermost first. */
  private List<Path> present() throws IOException {
    try (Stream<Path> paths = Files.walk(own.index())) {
      List<Path> found = new ArrayList<>(paths.filter(p -> !p.equals(own.index())).toList());
      found.sort(Comparator.reverseOrder());
      return found;
    }
  }
}
